using System.Diagnostics;
using Orchestrator.Samples.Chat.Faults;
using Orchestrator.Samples.Chat.Paths;
using Orchestrator.Samples.Chat.Rooms;

namespace Orchestrator.Samples.Chat.Metering;

/// <summary>One path, and what it costs: every call goes through here and is timed.</summary>
internal sealed class MeteredPath(IChatPath path, FaultSwitch? faults)
{
    private readonly Lock _gate = new();
    private Reservoir _microseconds = new(500);

    public string Name => path.Name;

    /// <summary>Bytes the path keeps alive: its sessions' buffers and what it leaks.</summary>
    public long Memory => path.RetainedBytes + (faults?.LeakedBytes ?? 0);

    /// <summary>
    /// The share of one core that a thousand requests a second would take, from the median handling time since the last call; null when nothing
    /// was handled. Normalised by load, because the two paths carry different shares of the users; the median, because a thread that is
    /// suspended half-way must not count as work.
    /// </summary>
    public double? TakeCpu()
    {
        lock (_gate)
        {
            var median = _microseconds.Median();
            _microseconds = new Reservoir(500);
            return median / 1000;
        }
    }

    /// <summary>Handles one input; a fault of the new path happens before.</summary>
    public async ValueTask<ChatMessage> HandleAsync(Incoming incoming, string? region, Func<long?> resumeFrom, CancellationToken stop)
    {
        if (faults is not null)
        {
            await faults.BeforeAsync(region, stop);
        }

        var from = resumeFrom();
        var started = Stopwatch.GetTimestamp();
        var message = path.Handle(incoming, from);
        var took = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        lock (_gate)
        {
            _microseconds.Take(took);
        }

        return message;
    }
}
