using System.Collections.Concurrent;

namespace Orchestrator.Samples.Chat.Faults;

internal enum FaultMode
{
    None,
    Slow,
    Failing,
    Leaking,
}

/// <summary>The fault that is on.</summary>
/// <param name="Mode">Fault of the new path; the three after it belong to it.</param>
/// <param name="Region">Only for users of this region; null for everybody.</param>
/// <param name="LegacyHealth">False: the health address of legacy says that it is ill. It goes on answering.</param>
internal sealed record Fault(
    FaultMode Mode = FaultMode.None, int LatencyMs = 800, double ErrorRate = 0.3, string? Region = null, bool LegacyHealth = true);

/// <summary>The new path broke, on request.</summary>
internal sealed class FaultInjectedException() : Exception("The new path is switched to failing.");

/// <summary>Makes the new path slow, failing or leaking. The legacy path never asks it.</summary>
internal sealed class FaultSwitch
{
    private const int LeakedPerRequest = 32 * 1024;

    // A leak must be seen, not take the machine down.
    private const long MostLeaked = 256L * 1024 * 1024;

    private readonly ConcurrentBag<byte[]> _leaked = [];
    private volatile Fault _fault = new();
    private long _asked;
    private long _leakedBytes;

    public Fault Current => _fault;

    public long LeakedBytes => Interlocked.Read(ref _leakedBytes);

    public void Set(Fault fault)
    {
        _fault = fault;
        if (fault.Mode == FaultMode.None)
        {
            _leaked.Clear();
            Interlocked.Exchange(ref _leakedBytes, 0);
        }
    }

    public Task BeforeAsync(string? region, CancellationToken stop)
    {
        var fault = _fault;
        if (fault.Mode == FaultMode.None || (fault.Region is { } only && only != region))
        {
            return Task.CompletedTask;
        }

        switch (fault.Mode)
        {
            case FaultMode.Slow:
                return Task.Delay(fault.LatencyMs, stop);
            case FaultMode.Failing:
                // Evenly spread instead of random: the rate is exact over any hundred requests.
                var n = Interlocked.Increment(ref _asked);
                return Math.Floor(n * fault.ErrorRate) > Math.Floor((n - 1) * fault.ErrorRate)
                    ? Task.FromException(new FaultInjectedException())
                    : Task.CompletedTask;
            default:
                Leak();
                return Task.CompletedTask;
        }
    }

    private void Leak()
    {
        if (Interlocked.Add(ref _leakedBytes, LeakedPerRequest) > MostLeaked)
        {
            Interlocked.Add(ref _leakedBytes, -LeakedPerRequest);
            return;
        }

        var kept = new byte[LeakedPerRequest];
        kept.AsSpan().Fill(1);
        _leaked.Add(kept);
    }
}
