using System.Collections.Concurrent;
using Orchestrator.Domain.Chronicles;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Log;

namespace Orchestrator.Api.Environments;

/// <summary>
/// Newest changes by each rollout of what its flags answer. The state of a rollout has no authors, so they are read from its events, once
/// for each version of it.
/// </summary>
internal sealed class LastChanges(IEventLog log)
{
    /// <summary>Most rollouts kept; more than nodes have flags.</summary>
    private const int Most = 1_000;

    private readonly ConcurrentDictionary<string, Changes> _known = new(StringComparer.Ordinal);

    /// <param name="rollout">Id of the rollout.</param>
    /// <param name="timeline">Timeline of the log: a restore brings other events under the same versions.</param>
    /// <param name="version">Version that this node knows.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<Changes> Of(string rollout, long timeline, long version, CancellationToken stop)
    {
        if (_known.TryGetValue(rollout, out var known) && (known.Timeline, known.Version) == (timeline, version))
        {
            return known;
        }

        var events = await log.ReadStream(RolloutEvents.Stream(rollout), stop: stop);
        var chronicle = Chronicle.Of([.. events.TakeWhile(one => one.Version <= version)]);
        var changes = new Changes(
            timeline, version, Change.Of(chronicle.LastMove),
            chronicle.FlagChanges.ToDictionary(one => one.Key, one => Change.Of(one.Value)!, StringComparer.Ordinal));
        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        return _known[rollout] = changes;
    }

    /// <summary>Newest changes by a rollout.</summary>
    /// <param name="Timeline">Timeline of the log.</param>
    /// <param name="Version">Version of the rollout.</param>
    /// <param name="Audience">Change of the users on new; null before the first.</param>
    /// <param name="Flags">Change of each flag of its phases.</param>
    public sealed record Changes(long Timeline, long Version, Change? Audience, IReadOnlyDictionary<string, Change> Flags);

    /// <summary>A change.</summary>
    /// <param name="At">Time, UTC.</param>
    /// <param name="By">Actor.</param>
    /// <param name="Text">One sentence; null for a static flag.</param>
    /// <param name="Version">Version of the event in its stream; null for a static flag.</param>
    public sealed record Change(DateTimeOffset At, Actor By, string? Text, long? Version)
    {
        public static Change? Of(ChronicleEntry? entry) =>
            entry is null ? null : new Change(entry.Recorded.At, entry.Recorded.Actor, entry.Text, entry.Recorded.Version);
    }
}
