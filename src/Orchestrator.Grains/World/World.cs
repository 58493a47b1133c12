using System.Collections.Immutable;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Grains.World;

/// <summary>
/// This node's view of the log, folded up to <see cref="Position"/>. Immutable: a reader takes it once and sees one
/// moment; the follower swaps it whole.
/// </summary>
public sealed record World
{
    /// <summary>Before the first event.</summary>
    public static readonly World Empty = new();

    /// <summary>Grows when the log is restored to an earlier state; positions of different timelines cannot be compared.</summary>
    public long Timeline { get; init; } = 1;

    /// <summary>Position of the newest event folded.</summary>
    public long Position { get; init; }

    /// <summary>The latest time of an event folded, UTC. Clocks of nodes differ: a later event may have an earlier time.</summary>
    public DateTimeOffset LatestAt { get; init; }

    public AccessState Access { get; init; } = AccessState.Initial;

    /// <summary>The working keys of <see cref="Access"/>, ready to be looked up.</summary>
    public KeyRing Keys { get; init; } = KeyRing.Empty;

    /// <summary>Environments by name.</summary>
    public ImmutableDictionary<string, Entry<EnvironmentState>> Environments { get; init; } =
        ImmutableDictionary<string, Entry<EnvironmentState>>.Empty;

    /// <summary>Plans by name.</summary>
    public ImmutableDictionary<string, Entry<PlanState>> Plans { get; init; } = ImmutableDictionary<string, Entry<PlanState>>.Empty;

    /// <summary>Segments by <c>{environment}/{key}</c>.</summary>
    public ImmutableDictionary<string, Entry<SegmentState>> Segments { get; init; } =
        ImmutableDictionary<string, Entry<SegmentState>>.Empty;

    /// <summary>Rollouts by id, but those of <see cref="Finished"/>. One of each flag that has any decides it.</summary>
    public ImmutableDictionary<string, Entry<RolloutState>> Rollouts { get; init; } =
        ImmutableDictionary<string, Entry<RolloutState>>.Empty;

    /// <summary>Rollouts that are over and decide nothing: their states have left the memory.</summary>
    public FinishedIndex Finished { get; init; } = FinishedIndex.Empty;

    /// <summary>
    /// Id of a rollout of <see cref="Finished"/> whose state was read for one request and is in <see cref="Rollouts"/> for it; null for
    /// none. It decides nothing.
    /// </summary>
    public string? Recalled { get; init; }

    /// <summary>
    /// Quarantined streams (with an event unknown to this build), with the reason: their state here ends before that event.
    /// </summary>
    public ImmutableDictionary<string, string> Quarantined { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The computed end of each stream read, but of those of <see cref="Finished"/>.</summary>
    public ImmutableDictionary<string, ChainEnd> Ends { get; init; } = ImmutableDictionary<string, ChainEnd>.Empty;

    /// <summary>
    /// Streams that were changed outside of the product: their state here ends before the break. Each is in <see cref="Quarantined"/> too.
    /// </summary>
    public ImmutableDictionary<string, ChainBreak> Broken { get; init; } = ImmutableDictionary<string, ChainBreak>.Empty;

    /// <summary>
    /// Rollouts, or segments of them, that this node takes off new by itself, by the id of the request. At most one for each pending
    /// rollback, each rollout and each segment of one.
    /// </summary>
    public ImmutableDictionary<string, Withdrawal> Withdrawn { get; init; } = ImmutableDictionary<string, Withdrawal>.Empty;

    /// <summary>Grows with each change that this node makes by itself at one position.</summary>
    public long Revision { get; init; }

    /// <summary>True for a rollout, in memory or not.</summary>
    public bool HasRollout(string id) => Rollouts.ContainsKey(id) || Finished.Find(id) is not null;

    /// <summary>Version of a rollout, in memory or not; 0 for one that does not exist.</summary>
    public long VersionOf(string id) => Rollouts.GetValueOrDefault(id)?.Version ?? Finished.Find(id)?.Version ?? 0;

    /// <summary>Environment of a rollout, in memory or not; null for one that does not exist.</summary>
    public string? EnvironmentOf(string id) => Rollouts.GetValueOrDefault(id)?.State.Environment ?? Finished.Find(id)?.Environment;

    /// <summary>True for a rollout that was started, in memory or not.</summary>
    public bool IsStarted(string id) =>
        Rollouts.TryGetValue(id, out var rollout) ? rollout.State.PhaseIndex >= 0 : Finished.Find(id) is { Started: true };

    /// <summary>The computed end of a stream; null for one that was never read.</summary>
    public ChainEnd? EndOf(string stream) => Ends.GetValueOrDefault(stream) ?? Finished.OfStream(stream)?.End;

    /// <summary>
    /// True for a retired rollout that serves no more: its flag has the static value. One that was retired for a successor serves until
    /// that has started, so that no flag is without an answer in between.
    /// </summary>
    public bool HasLetGo(RolloutState rollout) =>
        rollout.Status == RolloutStatus.Retired && (rollout.Successor is not { } successor || IsStarted(successor));
}

/// <summary>Users that a node takes off new before the event is in the log.</summary>
/// <param name="Rollout">Id of the rollout.</param>
/// <param name="Segments">Keys of the segments; empty for all users.</param>
/// <param name="Above">Ends by itself once this node has read a later version of the rollout; null for one that its requester ends.</param>
public sealed record Withdrawal(string Rollout, ImmutableArray<string> Segments, long? Above = null);

/// <summary>A stream's state at a version.</summary>
public sealed record Entry<TState>(long Version, TState State);
