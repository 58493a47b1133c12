using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Orchestrator.Benchmarks.Steady;

/// <summary>
/// Requests at fixed times, independent of the responses: request n is due n / rate after the start, and its latency counts from then. So a
/// server that stalls for a second delays all requests due in it, and each of them is counted. One thread, which waits for whichever comes
/// first: a response or the next request.
/// </summary>
internal sealed partial class OpenLoop
{
    private const short Readable = 1;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly long TicksPerMicrosecond = Stopwatch.Frequency / 1_000_000;

    private readonly List<int> _latencies = [];
    private readonly List<int> _lateness = [];

    private OpenLoop()
    {
    }

    /// <summary>Microseconds from the due time of each request to its response.</summary>
    public IReadOnlyList<int> Latencies => _latencies;

    /// <summary>Microseconds from the due time of each request to its sending: the part added by the load itself.</summary>
    public IReadOnlyList<int> Lateness => _lateness;

    /// <summary>Answers other than 200, and requests without an answer.</summary>
    public long Errors { get; private set; }

    /// <param name="server">The server.</param>
    /// <param name="requests">Whole requests, sent in turn.</param>
    /// <param name="connections">Used in turn; a request does not wait until its connection has answered the one before.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="seconds">Duration.</param>
    public static Task<OpenLoop> Run(Uri server, byte[][] requests, int connections, int rate, int seconds) =>
        Task.Factory.StartNew(
            () =>
            {
                var loop = new OpenLoop();
                loop.Load(server, requests, connections, rate, (long)seconds * rate);
                return loop;
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Load(Uri server, byte[][] requests, int count, int rate, long total)
    {
        (_latencies.Capacity, _lateness.Capacity) = ((int)total, (int)total);
        var connections = Enumerable.Range(0, count).Select(_ => new Connection(server)).ToArray();
        var polled = new Polled[count];
        var start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 100);
        long sent = 0, answered = 0;
        var ends = Due(total) + (Patience.Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond);
        while (answered < total && Stopwatch.GetTimestamp() is var now && now < ends)
        {
            for (; sent < total && Due(sent) <= now; sent++, now = Stopwatch.GetTimestamp())
            {
                _lateness.Add(Micros(now - Due(sent)));
                connections[sent % count].Send(requests[sent % requests.Length], sent);
            }

            Wait(connections, polled, sent < total ? Due(sent) - now : Stopwatch.Frequency / 10);
            for (var i = 0; i < count; i++)
            {
                if (polled[i].Returned != 0)
                {
                    answered += connections[i].Receive(Count);
                }
            }
        }

        Errors += total - answered;
        Array.ForEach(connections, static connection => connection.Dispose());

        long Due(long number) => start + (number * Stopwatch.Frequency / rate);

        void Count(long number, int status)
        {
            Errors += status == 200 ? 0 : 1;
            _latencies.Add(Micros(Stopwatch.GetTimestamp() - Due(number)));
        }
    }

    private static int Micros(long ticks) => (int)Math.Min(ticks / TicksPerMicrosecond, int.MaxValue);

    private static void Wait(Connection[] connections, Polled[] polled, long ticks)
    {
        for (var i = 0; i < polled.Length; i++)
        {
            polled[i] = new Polled { Descriptor = connections[i].Descriptor, Wanted = Readable };
        }

        var nanoseconds = Math.Max(0, ticks) * (1_000_000_000 / Stopwatch.Frequency);
        _ = Poll(polled, (nuint)polled.Length,
            new Span { Seconds = (nint)(nanoseconds / 1_000_000_000), Nanoseconds = (nint)(nanoseconds % 1_000_000_000) }, 0);
    }

    /// <summary>poll(2) with a limit finer than milliseconds.</summary>
    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    private static partial int Poll([In, Out] Polled[] polled, nuint count, in Span limit, nint mask);

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Wanted;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Span
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
