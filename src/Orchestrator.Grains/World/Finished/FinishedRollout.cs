using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;

namespace Orchestrator.Grains.World.Finished;

/// <summary>
/// Index entry of a rollout that is over and decides nothing: at most 300 bytes with its id, where the state takes some 30 KB. The state is
/// read from the log (<see cref="FinishedStates"/>).
/// </summary>
public sealed record FinishedRollout
{
    public required string Id { get; init; }

    public required string Environment { get; init; }

    /// <summary>The plan that it had at its end.</summary>
    public required PlanFacts Plan { get; init; }

    public int Revision { get; init; }

    /// <summary>Aborted or retired.</summary>
    public RolloutStatus Status { get; init; }

    /// <summary>Index of the last phase; -1 for one that was never started.</summary>
    public int PhaseIndex { get; init; } = -1;

    public int StepIndex { get; init; }

    /// <summary>True when an earlier plan, or the rollout itself, may name segments and flags that <see cref="Plan"/> does not.</summary>
    public bool NamesOthers { get; init; }

    /// <summary>Id of the rollout for which it was retired; null for none.</summary>
    public string? Successor { get; init; }

    /// <summary>Segments that were taken back to legacy.</summary>
    public ImmutableArray<string> TakenBack { get; init; } = [];

    /// <summary>True when one of its incidents was resolved.</summary>
    public bool Resolved { get; init; }

    /// <summary>True when one of its incidents ended otherwise.</summary>
    public bool EndedOtherwise { get; init; }

    /// <summary>Opening of its newest incident, in ticks of UTC; 0 for none.</summary>
    public long IncidentTicks { get; init; }

    /// <summary>The same of its oldest incident.</summary>
    public long FirstIncidentTicks { get; init; }

    public long Version { get; init; }

    /// <summary>Position of its newest event.</summary>
    public long Position { get; init; }

    /// <summary>Hash of its newest event, by this node's computation.</summary>
    public EventHash Hash { get; init; }

    public long CreatedTicks { get; init; }

    public long SinceTicks { get; init; }

    public long LastTicks { get; init; }

    public FlagPlace Place => new(Environment, Plan.Flag);

    public string Stream => RolloutEvents.Stream(Id);

    public bool Started => PhaseIndex >= 0;

    public DateTimeOffset CreatedAt => At(CreatedTicks);

    /// <summary>Time at which it was aborted or retired.</summary>
    public DateTimeOffset Since => At(SinceTicks);

    /// <summary>Time of its newest event.</summary>
    public DateTimeOffset LastAt => At(LastTicks);

    /// <summary>The end of its stream.</summary>
    public ChainEnd End => new(Version, Hash.ToArray());

    public string? Phase => Started ? Plan.Phases[PhaseIndex].Name : null;

    public string? Step => Started ? Plan.Phases[PhaseIndex].Steps[StepIndex].Name : null;

    /// <param name="state">A rollout that may leave (<see cref="Leaving"/>).</param>
    /// <param name="end">The end of its stream.</param>
    /// <param name="position">Position of its newest event.</param>
    public static FinishedRollout Of(RolloutState state, ChainEnd end, long position)
    {
        var plan = PlanFacts.Of(state.Plan);
        var named = state.Included.Concat(state.TakenBack).Concat(state.Shares.Select(share => share.Segment));
        return new FinishedRollout
        {
            Id = state.Id,
            Environment = state.Environment,
            Plan = plan,
            Revision = state.Revision,
            Status = state.Status,
            PhaseIndex = state.PhaseIndex,
            StepIndex = state.StepIndex,
            NamesOthers = state.Amended is not null || named.Any(segment => !plan.Segments.Contains(segment)),
            Successor = state.Successor,
            TakenBack = state.TakenBack,
            Resolved = state.Incidents.Any(incident => incident.Status == IncidentStatus.Resolved),
            EndedOtherwise = state.Incidents.Any(incident => incident.Status == IncidentStatus.Ended),
            IncidentTicks = state.Incidents.Select(incident => incident.OpenedAt.UtcTicks).DefaultIfEmpty().Max(),
            FirstIncidentTicks = state.Incidents.Select(incident => incident.OpenedAt.UtcTicks).DefaultIfEmpty().Min(),
            Version = end.Version,
            Position = position,
            Hash = EventHash.Of(end.Hash.Span),
            CreatedTicks = state.CreatedAt.UtcTicks,
            SinceTicks = state.Since.UtcTicks,
            LastTicks = state.LastAt.UtcTicks,
        };
    }

    private static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);
}
