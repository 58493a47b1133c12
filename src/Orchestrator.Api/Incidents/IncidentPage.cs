using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Api.Incidents;

/// <summary>The newest incidents that match, one more than a page has.</summary>
/// <param name="limit">Incidents of a page.</param>
/// <param name="matches">True for those that are wanted.</param>
internal sealed class IncidentPage(int limit, Func<Incident, bool> matches)
{
    /// <summary>States that are read at once; some 30 KB each.</summary>
    private const int Chunk = 16;

    private readonly List<(RolloutState State, Incident Incident)> _found = [];

    /// <summary>Newest first.</summary>
    public (RolloutState State, Incident Incident)[] Found => [.. Sorted()];

    public void Add(IEnumerable<RolloutState> states) => _found.AddRange(
        states.SelectMany(state => state.Incidents.Where(matches).Select(incident => (state, incident))));

    /// <summary>
    /// Adds those of rollouts that have left the memory. Their states are read, those with the newest incident first, until the page has
    /// everything newer than what is left.
    /// </summary>
    /// <param name="entries">The rollouts.</param>
    /// <param name="before">Only incidents up to then; null for all.</param>
    /// <param name="read">Reads their states.</param>
    public async Task AddOver(
        IEnumerable<FinishedRollout> entries, DateTimeOffset? before, Func<IReadOnlyList<FinishedRollout>, Task<RolloutState[]>> read)
    {
        var most = before?.UtcTicks ?? long.MaxValue;
        var left = new PriorityQueue<FinishedRollout, long>(
            entries.Where(entry => entry.IncidentTicks > 0 && entry.FirstIncidentTicks <= most)
                .Select(entry => (entry, -Math.Min(entry.IncidentTicks, most))));
        while (left.TryPeek(out _, out var newest) && !IsFull(-newest))
        {
            var some = new List<FinishedRollout>();
            while (some.Count < Chunk && left.TryDequeue(out var entry, out _))
            {
                some.Add(entry);
            }

            Add(await read(some));
        }
    }

    private bool IsFull(long newest) => _found.Count(one => one.Incident.OpenedAt.UtcTicks > newest) > limit;

    private IEnumerable<(RolloutState State, Incident Incident)> Sorted() => _found
        .OrderByDescending(one => one.Incident.OpenedAt).ThenByDescending(one => one.Incident.Id, StringComparer.Ordinal).Take(limit + 1);
}
