using Orchestrator.Domain.People;

namespace Orchestrator.Grains.Cluster;

/// <summary>
/// Sketches of counted users, where the nodes of a cluster exchange them. Not part of the log: a store that loses them costs numbers for
/// display, and no guarantee rests on them.
/// </summary>
public interface IPeopleStore
{
    /// <summary>Keeps sketches of a node: each replaces the node's earlier one of the same rollout, segment, kind and hour.</summary>
    Task Keep(string node, IReadOnlyCollection<StoredPeople> counts, CancellationToken stop = default);

    /// <summary>
    /// Sketches that other nodes kept since a mark, some of them again. Without a mark those of all nodes, its own of an earlier start too.
    /// </summary>
    /// <param name="node">The node that asks.</param>
    /// <param name="mark">The mark of the reading before; null for the first.</param>
    /// <param name="stop">Ends the wait.</param>
    Task<PeopleNews> Since(string node, long? mark, CancellationToken stop = default);

    /// <summary>Forgets the hours up to this one.</summary>
    Task Forget(long hour, CancellationToken stop = default);
}

/// <summary>A sketch of a rollout.</summary>
public sealed record StoredPeople(string Rollout, PeopleOf Count);

/// <summary>Sketches, and the mark for the next reading.</summary>
public sealed record PeopleNews(IReadOnlyList<StoredPeople> Counts, long Mark);
