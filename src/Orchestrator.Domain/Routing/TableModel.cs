using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>Input of a routing table: the facts as folded from the log, in no special form.</summary>
/// <param name="Position">Position of the last event folded in.</param>
/// <param name="Environments">All environments.</param>
/// <param name="Timeline">Grows when the log is restored to an earlier state, so that positions can be compared.</param>
public sealed record TableModel(long Position, ImmutableArray<EnvironmentModel> Environments, long Timeline = 1);

/// <summary>The flags and segments of one environment.</summary>
public sealed record EnvironmentModel
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Static flags in force, phase flags already laid over them. Of two with one key the later holds.</summary>
    public ImmutableArray<FlagValue> Flags { get; init; } = [];

    /// <summary>Routed flags. One beats a static flag of the same key.</summary>
    public ImmutableArray<RoutedFlag> Routes { get; init; } = [];

    /// <summary>Segments.</summary>
    public ImmutableArray<SegmentModel> Segments { get; init; } = [];
}

/// <summary>The route of a rollout's current state. Keep the same instance while it is unchanged: it is then not compiled again.</summary>
public sealed record RoutedFlag
{
    /// <summary>The flag's key.</summary>
    public required string Flag { get; init; }

    /// <summary>Id of the rollout.</summary>
    public required string Rollout { get; init; }

    /// <summary>Version of the rollout.</summary>
    public required long RolloutVersion { get; init; }

    /// <summary>Drawn once per rollout, or once per plan and environment.</summary>
    public required string Salt { get; init; }

    /// <summary>True when all rollouts of the plan in the environment have this salt. For display; no answer depends on it.</summary>
    public bool KeepsSalt { get; init; }

    /// <summary>Revision of the plan in force. For display; no answer depends on it.</summary>
    public int Revision { get; init; }

    /// <summary>Name of the attribute whose value decides the bucket; null for the targeting key.</summary>
    public string? StickyBy { get; init; }

    /// <summary>Mode of the route.</summary>
    public required RouteMode Mode { get; init; }

    /// <summary>Share on new.</summary>
    public Share Percentage { get; init; }

    /// <summary>Segments whose users are on new.</summary>
    public ImmutableArray<string> Included { get; init; } = [];

    /// <summary>
    /// Segments of whose users a share is on new: a user's bucket is compared with the largest percentage that applies to the user.
    /// </summary>
    public ImmutableArray<SegmentShare> Shares { get; init; } = [];

    /// <summary>Segments whose users are always on legacy.</summary>
    public ImmutableArray<string> TakenBack { get; init; } = [];

    /// <summary>Segments that rules or steps of the plan name, in its order: samples name them. No answer depends on it.</summary>
    public ImmutableArray<string> Judged { get; init; } = [];

    /// <summary>Every segment that the route names.</summary>
    internal IEnumerable<string> Named => Included.Concat(TakenBack).Concat(Shares.Select(share => share.Segment)).Concat(Judged);

    /// <summary>Name of the phase; null before the start.</summary>
    public string? Phase { get; init; }

    /// <summary>Name of the step; null before the start.</summary>
    public string? Step { get; init; }

    /// <summary>Policy of a node whose table is stale.</summary>
    public StalePolicy OnStale { get; init; } = StalePolicy.Legacy;

    /// <summary>Policy while no node watches the rollout.</summary>
    public UnwatchedPolicy OnUnwatched { get; init; } = UnwatchedPolicy.Hold;
}

/// <summary>Mode of a route.</summary>
public enum RouteMode
{
    /// <summary>Everyone on legacy: not started, rolled back or aborted.</summary>
    Off,

    /// <summary>By segment and percentage.</summary>
    Split,

    /// <summary>
    /// Everyone on legacy, as stale: the node cannot read or trust all of the rollout's history, and the rest of it may be a rollback; or
    /// it has received a rollback that the log does not have yet.
    /// </summary>
    Unread,
}

/// <summary>A segment: the fold of its stream. Keep the same instance while it is unchanged: it is then not compiled again.</summary>
public sealed record SegmentModel(string Key, SegmentDefinition Definition, MemberSet Members);
