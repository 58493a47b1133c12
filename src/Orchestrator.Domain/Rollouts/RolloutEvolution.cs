using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Amending;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Rollbacks;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts;

/// <summary>The fold: one event onto a state. Total: every event of the family is handled, an unknown one throws.</summary>
public static class RolloutEvolution
{
    /// <summary>The state after <paramref name="happened"/>.</summary>
    public static RolloutState Evolve(RolloutState state, Happened<RolloutEvent> happened)
    {
        var at = happened.At;
        var next = happened.Event switch
        {
            RolloutCreated e => Create(state, e, at),
            RolloutStarted => state with { Status = RolloutStatus.Running, Since = at, ExposedSince = at },
            PhaseStarted e => state with { PhaseIndex = PhaseOf(state, e.Phase), StepIndex = 0, PhaseSince = at, Overran = false },
            StepStarted e => EnterStep(state, e.Phase, e.Step, e.Segments, happened) with
            {
                Percentage = Share.OfPercent(e.Percentage),
                Shares = SegmentPercentage.Read(e.Shares),
            },
            PercentageRaised or SegmentsIncluded or SegmentShareRaised or PhaseCompleted or StepCompleted or FeedbackReceived => state,
            HoldWaived => state with { HoldWaived = true },
            PhaseOverran => state with { Overran = true },
            RampStarted e => StartRamp(state, e, happened),
            PercentageLowered e => Lower(state, e, happened),
            RolloutPaused e => state with
            {
                Status = RolloutStatus.Paused,
                Since = at,
                PausedAt = at,
                Pause = new PauseState(happened.Actor, e.Reason),
                Completion = null
            },
            RolloutResumed => Resume(state, at),
            TriggerBreached e =>
                state with { Triggers = state.Triggers.SetItem(e.Trigger, new TriggerState(false, e.Since, e.Evidence.At, e.Evidence)) },
            TriggerCleared e => state with { Triggers = state.Triggers.Remove(e.Trigger) },
            TriggerFired e => state with
            {
                Triggers = state.Triggers.SetItem(e.Trigger, new TriggerState(true, e.Since, e.Evidence.At, e.Evidence)),
                FiredAt = state.FiredAt.SetItem(e.Trigger, e.Evidence.At),
            },

            // Unmeasured time does not count as "true for": every pending trigger on samples starts again.
            EvidenceLost => state with { EvidenceLostAt = at, Triggers = state.Triggers.RemoveRange(PendingOnSamples(state)) },
            EvidenceRegained e => state with { EvidenceLostAt = null, EvidenceSince = e.Sample },
            RuleUnmeasured e => state with { Unmeasured = state.Unmeasured.SetItem(e.Rule, e.Since) },
            RuleMeasured e => state with { Unmeasured = state.Unmeasured.Remove(e.Rule) },
            LineStopped e => state with { LineStopped = e.Reason, LineStoppedBy = e.By },
            LineResumed => state with { LineStopped = null, LineStoppedBy = null },
            ClockCorrected => ClockCorrection.Evolve(state, at),
            CriterionAssessed e => Assessed(state, e),
            ReviewOpened e => OpenReview(state, e, at),
            ReviewDecided e => Change(state, e.Review, r => r with
            {
                Decisions =
                r.Decisions.Add(new ReviewDecision(e.By, e.Role, e.Approved, e.Reason, at, e.EvidenceHash, e.CountsAs))
            }),
            ReviewClosed e => Change(AmendmentEvolution.Close(state, e), e.Review, r => r with { Outcome = e.Outcome }),
            AmendmentProposed e => AmendmentEvolution.Propose(state, e, at),
            RolloutAmended e => AmendmentEvolution.Amend(state, e, at),
            ObjectiveCompleted e => state with { Objectives = state.Objectives.Add(e.Objective) },
            RolledBack e => state with
            {
                Status = RolloutStatus.RolledBack,
                Since = at,
                PausedAt = null,
                EvidenceLostAt = null,
                AwaitingConfirmation = null,
                Rollback = new RollbackState(e.Reason, e.Trigger, at),
                Undone = new RollbackRecord(happened.Version, at, []) { Seen = e.Seen, Since = FiredSince(state, e.Trigger) },
                Percentage = state.Ramp?.Home ?? state.Percentage,
                Ramp = null,
                Completion = null,
            },
            SegmentRolledBack e => state with
            {
                TakenBack = [.. state.TakenBack.Union(e.Segments)],
                Restored = state.Restored.RemoveRange(e.Segments),
                Undone = new RollbackRecord(happened.Version, at, [.. e.Segments])
                {
                    Seen = e.Seen,
                    Since = FiredSince(state, e.Trigger),
                },
            },
            RolloutRestored e => IncidentEvolution.End(
                Restore(state, e, happened), at, $"The rollback was undone: {e.Reason}", i => i.Undone is { Segments: [] }),
            SegmentRestored e => RestoreSegments(state, e, at),
            RolloutHeld e => RestoreConfirmation.Evolve(state, e, at),
            RolloutConfirmed e => RestoreConfirmation.Evolve(state, e, at),
            RolloutAborted e => IncidentEvolution.End(
                state with
                {
                    Status = RolloutStatus.Aborted,
                    Since = at,
                    PausedAt = null,
                    AwaitingConfirmation = null,
                    Ramp = null,
                    Completion = null
                }, at, $"The rollout was aborted: {e.Reason}"),
            RolloutCompleted e => Completing.Evolve(state, e, at),
            SegmentKeptBack e => Completing.Evolve(state, e, at),
            BakeEnded => Completing.EvolveBakeEnded(state),
            RolloutRetired e => Completing.Evolve(state, e, at),
            IncidentOpened e => IncidentEvolution.Open(state, e, at),
            AlertRaised e => state with { Alerts = state.Alerts.Add(e.Alert) },
            AlertResolved e => state with { Alerts = state.Alerts.Remove(e.Alert) },
            AlertsHeard e => AlertWatch.Evolve(state, e),
            var other when IncidentEvolution.Evolve(state, other, at) is { } evolved => evolved,
            var unknown => throw new ArgumentException($"No fold for {unknown.GetType().Name}.", nameof(happened)),
        };
        return EventRateLimits.Evolve(next, happened.Event, at) with
        {
            Version = happened.Version,
            LastAt = at,
            Visits = StepVisit.After(state, next, happened),
        };
    }

    /// <summary>Begin of the condition of a trigger that has fired; null for none.</summary>
    internal static DateTimeOffset? FiredSince(RolloutState state, string? trigger) =>
        trigger is not null && state.Triggers.TryGetValue(trigger, out var fired) && fired.Fired ? fired.Since : null;

    private static RolloutState Create(RolloutState state, RolloutCreated e, DateTimeOffset at)
    {
        var plan = PlanDocument.Read(e.Hash, e.Document);
        return state with
        {
            Id = e.Rollout,
            PlanOrNone = plan,
            Revision = e.Revision,
            Environment = e.Environment,
            Salt = e.Salt,
            Status = RolloutStatus.Created,
            CreatedAt = at,
            Since = at,
            Judgement = JudgementOf(plan, e.Sampling),
        };
    }

    /// <summary>The plan's settings, or those with the sampling period that an accelerated clock allows.</summary>
    internal static Judgement JudgementOf(Plan plan, TimeSpan? sampling) => sampling is { } period
        ? plan.Judgement with { Sampling = period, Window = TimeSpan.FromTicks(Math.Max(plan.Judgement.Window.Ticks, 2 * period.Ticks)) }
        : plan.Judgement;

    private static int PhaseOf(RolloutState state, string phase)
    {
        for (var i = 0; i < state.Plan.Phases.Length; i++)
        {
            if (state.Plan.Phases[i].Name == phase)
            {
                return i;
            }
        }

        throw new ArgumentException($"The plan has no phase {phase}.");
    }

    private static RolloutState EnterStep(RolloutState state, string phase, string step, string[] segments, Happened<RolloutEvent> happened)
    {
        var phaseIndex = PhaseOf(state, phase);
        var steps = state.Plan.Phases[phaseIndex].Steps;
        var stepIndex = steps.IndexOf(steps.First(s => s.Name == step));
        return state with
        {
            PhaseIndex = phaseIndex,
            StepIndex = stepIndex,
            PhaseSince = phaseIndex == state.PhaseIndex ? state.PhaseSince : happened.At,
            Entry = happened.Version,
            StepSince = happened.At,
            ComparedSince = happened.At,
            Comparisons = OneMore(state, step),
            HoldWaived = false,
            Checkpoints = 0,
            Included = [.. segments],
            Criteria = ImmutableDictionary<string, CriterionState>.Empty,
            RestartedAt = RoundQueries.WithoutCriteria(state.RestartedAt),
            EvidenceLostAt = null,
            Unmeasured = ImmutableDictionary<string, DateTimeOffset>.Empty,

            // A pending rule that is in force in the new step too continues; the others end with their step.
            Triggers = state.Triggers.RemoveRange(
                state.Triggers.Keys.Except(RulesInForce.Triggers(state.Plan, phaseIndex, stepIndex).Select(t => t.Name))),
        };
    }

    private static RolloutState StartRamp(RolloutState state, RampStarted e, Happened<RolloutEvent> happened)
    {
        var (to, piece) = (Share.OfPercent(e.To), Share.OfPercent(e.Share));
        var home = e.RollsBack ? state.Ramp?.Home ?? state.Percentage : to;
        var ramp = new Ramp(to, piece, e.RollsBack, home, [.. e.Segments], e.Reason, SegmentPercentage.Read(e.Shares));
        return (e.RollsBack ? state : EnterStep(state, e.Phase, e.Step, [.. state.Included], happened)) with { Ramp = ramp };
    }

    /// <summary>A piece of a ramp is no new visit of its step: that was entered when the ramp began.</summary>
    private static RolloutState Lower(RolloutState state, PercentageLowered e, Happened<RolloutEvent> happened)
    {
        var next = state.Ramp is null ? EnterStep(state, e.Phase, e.Step, e.Segments, happened) : state with { Included = [.. e.Segments] };
        var left = Share.OfPercent(e.To);
        next = next with { Percentage = left, Shares = SegmentPercentage.Read(e.Shares), LoweredAt = happened.At };

        // From its end on the shares are constant again.
        return state.Ramp is null ? Rearmed(next)
            : state.Ramp.To == left ? Rearmed(next with { Ramp = null, ComparedSince = happened.At, Comparisons = OneMore(next, e.Step) })
            : next;
    }

    /// <summary>
    /// The trigger that caused a step back was obeyed. If it is as bad with the smaller share, after its time again, it must be able to
    /// cause the next.
    /// </summary>
    private static RolloutState Rearmed(RolloutState state) => state with
    {
        Triggers =
            state.Triggers.RemoveRange(RulesInForce.Triggers(state).Where(t => t.Action == TriggerAction.StepBack).Select(t => t.Name)),
    };

    internal static RolloutState Resume(RolloutState state, DateTimeOffset at)
    {
        var paused = at - (state.PausedAt ?? at);
        return state with
        {
            Status = RolloutStatus.Running,
            Since = at,
            PausedAt = null,
            StepSince = state.StepSince + paused,
            PhaseSince = state.PhaseSince + paused,
        };
    }

    private static RolloutState Restore(RolloutState state, RolloutRestored e, Happened<RolloutEvent> happened) =>
        EnterStep(state, e.Phase, e.Step, [.. state.Included], happened) with
        {
            Status = RolloutStatus.Running,
            Since = happened.At,
            ExposedSince = happened.At,
            Rollback = null,
            Triggers = ImmutableDictionary<string, TriggerState>.Empty,
            FiredAt = ImmutableDictionary<string, DateTimeOffset>.Empty,
        };

    private static RolloutState RestoreSegments(RolloutState state, SegmentRestored e, DateTimeOffset at)
    {
        var restored = new RestoredSegment(at, at + (state.Judgement.CloserWatch ?? state.Step!.Hold));

        // A firing for them is over with their rollback: the trigger must be able to fire again.
        var guilty = RulesInForce.Triggers(state)
            .Where(t => t.Action == TriggerAction.RollbackSegment && t.Segments.Intersect(e.Segments).Any()).Select(t => t.Name).ToArray();
        var next = state with
        {
            TakenBack = [.. state.TakenBack.Except(e.Segments)],
            KeptBack = state.KeptBack.RemoveRange(e.Segments),
            Restored = state.Restored.SetItems(e.Segments.Select(segment => KeyValuePair.Create(segment, restored))),
            Comparisons = OneMore(state, state.Step!.Name),
            Triggers = state.Triggers.RemoveRange(guilty),
            FiredAt = state.FiredAt.RemoveRange(guilty),
        };
        return IncidentEvolution.End(
            next, at, $"The rollback was undone: {e.Reason}", i => i.Undone is { Segments: not [] } rollback && !rollback.Segments.Any(next.TakenBack.Contains));
    }

    private static IEnumerable<string> PendingOnSamples(RolloutState state) =>
        from trigger in RulesInForce.Triggers(state)
        where trigger.Rule.Condition.Leaves().Any(leaf => leaf.Compares())
            && state.Triggers.TryGetValue(trigger.Name, out var pending) && !pending.Fired
        select trigger.Name;

    private static RolloutState Assessed(RolloutState state, CriterionAssessed e)
    {
        var compares = RulesInForce.Criteria(state).Any(c => c.Name == e.Criterion && c.Rule.Alpha is not null);
        var since = e.Verdict == Verdict.Breached ? e.Evidence.At
            : state.Criteria.TryGetValue(e.Criterion, out var before) ? before.Since
            : RoundQueries.Since(state, RoundQueries.Criterion(e.Criterion), compares ? state.ComparedSince : state.StepSince);
        return state with
        {
            Criteria = state.Criteria.SetItem(e.Criterion, new CriterionState(e.Verdict, since, e.Evidence)),
            Comparisons = compares && e.Verdict == Verdict.Breached ? OneMore(state, state.Step!.Name) : state.Comparisons,
        };
    }

    private static ImmutableDictionary<string, int> OneMore(RolloutState state, string step) =>
        state.Comparisons.SetItem(step, state.Comparisons.GetValueOrDefault(step) + 1);

    private static RolloutState OpenReview(RolloutState state, ReviewOpened e, DateTimeOffset at) => state with
    {
        Checkpoints = state.Checkpoints + (e.Kind == ReviewKind.Checkpoint ? 1 : 0),
        Reviews = state.Reviews.Add(new Review(
            e.Review, e.Kind, e.Phase, e.Step, state.Entry, [.. e.Roles], e.Quorum, at, e.ExpiresAt, e.EvidenceHash, e.EvidenceText,
            e.Trigger,
            e.RequestedBy, null, [])
        { Needs = [.. e.Needs ?? []] }),
    };

    private static RolloutState Change(RolloutState state, string id, Func<Review, Review> change)
    {
        var review = state.Reviews.First(r => r.Id == id);
        return state with { Reviews = state.Reviews.Replace(review, change(review)) };
    }
}
