using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Rollbacks;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>
/// Consequences of an observation, in this order: is there any data, must a rollback follow, is the step good enough to
/// end. Undoing comes before advancing, always.
/// </summary>
internal static class Watching
{
    /// <summary>Shortest time between two edges of a trigger that flickers.</summary>
    private static readonly TimeSpan EdgeEvery = TimeSpan.FromSeconds(10);

    public static Decision<RolloutEvent> Observe(Draft draft, Observe observe)
    {
        if (!draft.State.Watched)
        {
            return draft.Done();
        }

        if (observe.LineStopped != draft.State.LineStopped || observe.LineStoppedBy != draft.State.LineStoppedBy)
        {
            draft.Emit(observe.LineStopped is { } reason ? new LineStopped(reason, observe.LineStoppedBy) : new LineResumed());
        }

        // An observation of another step is not valid for this one; time passes all the same.
        if (observe.Observation is { } seen && observe.Entry == draft.State.Entry)
        {
            JudgeSilence(draft, seen);
            foreach (var trigger in RulesInForce.Triggers(draft.State))
            {
                JudgeTrigger(draft, trigger, seen);
                if (draft.State.Watched && draft.State.Entry == observe.Entry)
                {
                    NoDataPolicy.Trigger(draft, trigger, seen);
                }

                if (!draft.State.Watched || draft.State.Entry != observe.Entry)
                {
                    return draft.Done();
                }
            }

            if (draft.State.Baking)
            {
                Completing.EndBake(draft);
                return draft.Done();
            }

            JudgeCriteria(draft, seen);
            if (!draft.State.Watched)
            {
                return draft.Done();
            }

            JudgeExercises(draft, seen);
            Advance(draft);
        }
        else if (draft.State.Baking)
        {
            Completing.EndBake(draft);
        }
        else if (!draft.State.Exposes)
        {
            Advance(draft);
        }
        else
        {
            Reviewing.KeepTime(draft);
        }

        Ramping.KeepOn(draft);
        ReportOverrun(draft);
        return draft.Done();
    }

    private static void Advance(Draft draft)
    {
        Reviewing.KeepTime(draft);
        Advancing.LeaveIfOpen(draft);
    }

    private static void JudgeSilence(Draft draft, Observation seen)
    {
        var state = draft.State;
        if (seen.LastSample is not { } last)
        {
            return;
        }

        var silent = seen.At - last;
        if (state.EvidenceLostAt is null && silent > state.Judgement.MaxGap)
        {
            draft.Emit(new EvidenceLost(last, $"No evidence: no sample of the new variant since {last:u}, {Durations.Rounded(silent)} ago."));
        }
        else if (state.EvidenceLostAt is null && seen.Before is { } before && last - before > state.Judgement.MaxGap
            && !(last <= state.EvidenceSince))
        {
            // The orchestrator did not see the absence: the process was down, or suspended. The samples around it show it.
            draft.Emit(new EvidenceLost(before, $"No evidence: no sample of the new variant from {before:u} until {last:u}."));
            draft.Emit(new EvidenceRegained(last, $"Evidence again: samples of the new variant have arrived since {last:u}."));
        }
        else if (state.EvidenceLostAt is not null && silent <= state.Judgement.MaxGap)
        {
            draft.Emit(new EvidenceRegained(last, $"Evidence again: samples of the new variant have arrived since {last:u}."));
        }
    }

    private static void JudgeTrigger(Draft draft, Trigger trigger, Observation seen)
    {
        var question = RoundQueries.Trigger(trigger.Name);
        var reading = Find(seen, question);

        // "True for T" is counted on sample time: a round without a new sample has no new value. Absence is the exception.
        if (!seen.FromSample && Verdicts.RestsOnSamples(trigger.Rule))
        {
            return;
        }

        if (trigger.PerSegment && draft.State.TakenBack.Contains(trigger.Segments[0]))
        {
            return;
        }

        trigger = CloserWatch.Of(draft.State, trigger, seen.At);
        var (holds, judged) = Verdicts.Trigger(draft.State, trigger.Rule, question, seen);
        holds = seen.FromSample || trigger.Rule.Condition is not Condition.Joined
            ? holds
            : Verdicts.BetweenSamples(draft.State, trigger.Rule, question, seen);
        Evidence evidence() => CloserWatch.Explain(draft.State, trigger, seen.At, judged());
        var known = draft.State.Triggers.GetValueOrDefault(trigger.Name);
        if (holds == true && known is { Fired: false }
            && Verdicts.Interrupted(draft.State, trigger.Rule, question, seen, known.Since) is { } why)
        {
            // The time in between is unknown: it counts from here.
            draft.Emit(new TriggerCleared(trigger.Name, why));
            known = null;
        }

        bool stillSo() => Verdicts.StillSo(draft.State, trigger.Rule, question, seen);

        switch (holds)
        {
            case true when known is { Fired: true }:
                break;
            case true when HeldFor(trigger, known, seen.At) && stillSo() && HasCooled(draft.State, trigger, seen.At):
                draft.Emit(new TriggerFired(trigger.Name, trigger.Action, trigger.Level, known?.Since ?? seen.At, evidence()));
                Act(draft, trigger, evidence(), seen);
                break;
            case true when known is null && stillSo():
                draft.Emit(new TriggerBreached(trigger.Name, seen.At, evidence()));
                break;
            case false when known is not null && seen.At - known.Edge >= EdgeEvery && !(known.Fired && StillNear(trigger, reading)):
                draft.Emit(new TriggerCleared(trigger.Name, evidence().Text));
                Reviewing.Release(draft, trigger);
                break;
            case null when known is { Fired: false }
                && seen.At - known.Since > (trigger.Rule.For ?? TimeSpan.Zero) + draft.State.Judgement.MaxGap:
                draft.Emit(new TriggerCleared(trigger.Name, evidence().Text));
                break;
        }
    }

    private static bool HeldFor(Trigger trigger, TriggerState? known, DateTimeOffset at) =>
        trigger.Rule.For is not { } needed || needed == TimeSpan.Zero || (known is not null && at - known.Since >= needed);

    private static bool HasCooled(RolloutState state, Trigger trigger, DateTimeOffset at) =>
        trigger.CoolDown == TimeSpan.Zero || !state.FiredAt.TryGetValue(trigger.Name, out var fired) || at - fired >= trigger.CoolDown;

    /// <summary>No longer bad, and not yet good: hysteresis keeps a fired trigger until its own test clears it.</summary>
    private static bool StillNear(Trigger trigger, MetricReading? reading) =>
        trigger.Clear is { } clear && reading?.Measured.Value is { } value
            && ConditionEvaluator.Holds(clear, value, reading.Baseline) != true;

    private static void Act(Draft draft, Trigger trigger, Evidence evidence, Observation seen)
    {
        var reason = $"{trigger.Name}: {evidence.Text}";
        switch (trigger.Action)
        {
            case TriggerAction.Rollback:
                RollingBack.All(draft, reason, trigger.Name, evidence);
                break;
            case TriggerAction.RollbackSegment:
                RollingBack.Segments(draft, trigger.Segments, $"{reason} {SegmentAttribution.WhyOthersStay(draft.State, trigger, seen)}", trigger.Name, evidence);
                break;
            case TriggerAction.StepBack:
                SteppingBack.Lower(draft, reason, trigger.Name, evidence);
                break;
            case TriggerAction.Review:
                Reviewing.OpenForRule(draft, trigger.Name, trigger, evidence.Text);
                break;
            case TriggerAction.Notify:
                break;
        }
    }

    private static void JudgeCriteria(Draft draft, Observation seen)
    {
        foreach (var criterion in RulesInForce.Criteria(draft.State))
        {
            var state = draft.State;
            var (verdict, evidence) = Verdicts.Criterion(state, criterion, seen);
            var known = state.Criteria.GetValueOrDefault(criterion.Name);
            var changed = (known?.Verdict, verdict) switch
            {
                (null, Verdict.NoEvidence) => false,

                // After a breach the window starts again: until it is full again the breach is still the newest result.
                (Verdict.Breached, Verdict.NoEvidence) => false,
                // Debounce: values near the limit oscillate.
                (Verdict.Met, Verdict.Warning) or (Verdict.Warning, Verdict.Met) =>
                    seen.At - known!.Evidence.At >= RoundQueries.Window(state, criterion.Rule) / 20,
                (Verdict.Breached, Verdict.Breached) => seen.At - known!.Since >= RoundQueries.Window(state, criterion.Rule) / 20,
                var (before, after) => before != after,
            };
            if (changed)
            {
                draft.Emit(new CriterionAssessed(criterion.Name, verdict, evidence()));
            }

            NoDataPolicy.Criterion(draft, criterion, seen);
            if (!draft.State.Watched)
            {
                return;
            }
        }
    }

    private static void JudgeExercises(Draft draft, Observation seen)
    {
        foreach (var exercise in RulesInForce.Exercises(draft.State))
        {
            var (verdict, evidence) = Judging.Exercise(draft.State, exercise, Find(seen, RoundQueries.Criterion(exercise.Name)), seen.At);
            var known = draft.State.Criteria.GetValueOrDefault(exercise.Name);
            if (known?.Verdict != Verdict.Met && known?.Verdict != verdict
                && seen.Named?.Contains(exercise.Rule.Condition.Subject!.Segment) == true)
            {
                draft.Emit(new CriterionAssessed(exercise.Name, verdict, evidence()));
            }
        }
    }

    private static void ReportOverrun(Draft draft)
    {
        var state = draft.State;
        if (state is { Status: RolloutStatus.Running, Overran: false, Phase: { Duration: { } duration } phase }
            && draft.Now - state.PhaseSince > duration.Max)
        {
            draft.Emit(new PhaseOverran(phase.Name, duration.Max));
        }
    }

    internal static MetricReading? Find(Observation seen, string question) => Array.Find(seen.Readings, r => r.Question == question);
}
