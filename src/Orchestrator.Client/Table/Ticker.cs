using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orchestrator.Client.Table;

/// <summary>
/// A cheap clock that shows whether time may have passed. The kernel's coarse wall clock stands still between two ticks (1 to
/// 10 ms), and moves through pauses of the process, sleep of the machine and settings of the clock. The same number means the
/// same tick, and both exact clocks are read only once in it. Without such a clock every number is a new one.
/// </summary>
internal sealed unsafe class Ticker(TimeProvider time)
{
    /// <summary>Longest duration of a tick.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(10);

    private const int CoarseRealTime = 5;
    private static readonly bool Works = OperatingSystem.IsLinux() && Try();
    private readonly bool _coarse = Works && ReferenceEquals(time, TimeProvider.System);
    private long _unique;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Now() => _coarse ? Coarse() : Interlocked.Increment(ref _unique);

    [SkipLocalsInit]
    private static long Coarse()
    {
        Timespec now;
        _ = ClockGetTime(CoarseRealTime, &now);
        return (now.Seconds * 1_000_000_000) + now.Nanoseconds;
    }

    private static bool Try()
    {
        try
        {
            Timespec now;
            return ClockGetTime(CoarseRealTime, &now) == 0 && IntPtr.Size == 8;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "clock_gettime"), SuppressGCTransition]
    private static extern int ClockGetTime(int clock, Timespec* now);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
