using System.Collections.Immutable;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Grains.World;

/// <summary>
/// Everything this node knows, folded from the log up to <see cref="Position"/>. Immutable: a reader takes it once and sees one
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

    public AccessState Access { get; init; } = AccessState.Initial;

    /// <summary>The working keys of <see cref="Access"/>, ready to be looked up.</summary>
    public KeyRing Keys { get; init; } = KeyRing.Empty;

    /// <summary>Environments by name.</summary>
    public ImmutableDictionary<string, Entry<EnvironmentState>> Environments { get; init; } = ImmutableDictionary<string, Entry<EnvironmentState>>.Empty;

    /// <summary>Plans by name.</summary>
    public ImmutableDictionary<string, Entry<PlanState>> Plans { get; init; } = ImmutableDictionary<string, Entry<PlanState>>.Empty;

    /// <summary>Segments by <c>{environment}/{key}</c>.</summary>
    public ImmutableDictionary<string, Entry<SegmentState>> Segments { get; init; } = ImmutableDictionary<string, Entry<SegmentState>>.Empty;

    /// <summary>Rollouts by id.</summary>
    public ImmutableDictionary<string, Entry<RolloutState>> Rollouts { get; init; } = ImmutableDictionary<string, Entry<RolloutState>>.Empty;

    /// <summary>Streams that hold an event this build does not know, with the reason: their state here stands still before that event.</summary>
    public ImmutableDictionary<string, string> Held { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>A stream's state at a version.</summary>
public sealed record Entry<TState>(long Version, TState State);
