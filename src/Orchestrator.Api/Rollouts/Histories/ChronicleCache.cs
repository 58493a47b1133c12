using Orchestrator.Domain.Chronicles;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Api.Rollouts.Histories;

/// <summary>
/// Chronicles that were read last: a page of a history that stays open reads its rollout again with every event of the log.
/// </summary>
internal sealed class ChronicleCache(IEventLog log)
{
    /// <summary>Most chronicles kept.</summary>
    private const int Most = 8;

    /// <summary>Longest chronicle that is kept, so that the kept ones stay within some tens of megabytes.</summary>
    private const int MostEvents = 5_000;

    private readonly Lock _gate = new();

    /// <summary>The one that was used last comes last.</summary>
    private readonly List<(string Stream, long Timeline, long Version, Chronicle Chronicle)> _kept = [];

    /// <summary>The chronicle of a stream, and the version of its newest event; version 0 for a stream without events.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="timeline">Timeline of the log: a restore brings other events under the same versions.</param>
    /// <param name="known">Version that this node knows; null reads in any case.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<(Chronicle Chronicle, long Version)> Of(string stream, long timeline, long? known, CancellationToken stop)
    {
        if (known is { } version && Find(stream, timeline, version) is { } found)
        {
            return found;
        }

        IReadOnlyList<RecordedEvent> events = await log.ReadStream(stream, stop: stop);
        var read = (Chronicle: Chronicle.Of(events), Version: events.Count == 0 ? 0 : events[^1].Version);
        if (events.Count <= MostEvents)
        {
            Keep(stream, timeline, read.Version, read.Chronicle);
        }

        return read;
    }

    private (Chronicle Chronicle, long Version)? Find(string stream, long timeline, long known)
    {
        lock (_gate)
        {
            var index = _kept.FindIndex(one => one.Stream == stream && one.Timeline == timeline && one.Version >= known);
            if (index < 0)
            {
                return null;
            }

            var found = _kept[index];
            _kept.RemoveAt(index);
            _kept.Add(found);
            return (found.Chronicle, found.Version);
        }
    }

    private void Keep(string stream, long timeline, long version, Chronicle chronicle)
    {
        lock (_gate)
        {
            _kept.RemoveAll(one => one.Stream == stream);
            _kept.Add((stream, timeline, version, chronicle));
            if (_kept.Count > Most)
            {
                _kept.RemoveAt(0);
            }
        }
    }
}
