using System.Diagnostics;
using Orchestrator.Samples.Chat.Faults;
using Orchestrator.Samples.Chat.Paths;
using Orchestrator.Samples.Chat.Rooms;

namespace Orchestrator.Samples.Chat.Metering;

/// <summary>One path, and what it costs: every call goes through here.</summary>
internal sealed class MeteredPath(IChatPath path, FaultSwitch? faults)
{
    private readonly Lock _gate = new();
    private Reservoir _microseconds = new(500);

    public string Name => path.Name;

    /// <summary>Bytes the path keeps alive: its sessions' buffers and what it leaks.</summary>
    public long Memory => path.RetainedBytes + (faults?.LeakedBytes ?? 0);

    /// <summary>
    /// The share of one core that a thousand of the probe's messages a second would take; null when none was handled since the last call.
    /// Measured on the probe and not on users: the two paths carry very different shares of them, and a path that runs hot looks cheaper
    /// than one that is nearly idle. The median, because a thread that is suspended half-way must not count as work.
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
    public async ValueTask<ChatMessage> HandleAsync(
        Incoming incoming, string? region, Func<long?> resumeFrom, CancellationToken stop, bool timed = false)
    {
        if (faults is not null)
        {
            await faults.BeforeAsync(region, stop);
        }

        var from = resumeFrom();
        var started = Stopwatch.GetTimestamp();
        var message = path.Handle(incoming, from);
        var took = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        if (timed)
        {
            lock (_gate)
            {
                _microseconds.Take(took);
            }
        }

        return message;
    }
}
