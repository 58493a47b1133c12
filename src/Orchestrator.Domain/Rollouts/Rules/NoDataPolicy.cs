using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Rollbacks;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>
/// Reactions to missing data: a rule whose metric no sample carries any more is neither good nor bad, and has a policy for that.
/// </summary>
internal static class NoDataPolicy
{
    /// <summary>
    /// The policy when no sample carries the metric of a trigger; null for none. Without one in the plan, a trigger that undoes holds the
    /// step while other samples arrive without its metric: its guard would be blind. Counts, and single segments, may be absent because
    /// no such event happened.
    /// </summary>
    public static NoData? Policy(RolloutState state, Trigger trigger) => trigger.Rule switch
    {
        { OnNoData: { } said } => said is NoData.Ignore ? null : said,
        {
            Condition: Condition.Comparison or Condition.Between,
            Condition.Subject: { Segment: null, Metric: not RoundQueries.Incidents } subject
        }
            when Undoes(trigger) && RoundQueries.Regular(state, subject) => new NoData.Hold(),
        { Condition: Condition.Alert } when Undoes(trigger) => new NoData.Hold(),
        _ => null,
    };

    /// <summary>A rule needs all of its conditions: one without data makes it blind, whatever the others show.</summary>
    public static void Trigger(Draft draft, Trigger trigger, Observation seen)
    {
        foreach (var part in RulePart.Of(trigger.Rule, RoundQueries.Trigger(trigger.Name))
            .Where(part => part.Rule.Condition is Condition.Alert || Verdicts.Measures(part.Rule.Condition)))
        {
            Trigger(draft, trigger with { Rule = part.Rule }, part.Question, seen);
            if (!draft.State.Watched)
            {
                return;
            }
        }
    }

    private static void Trigger(Draft draft, Trigger trigger, string question, Observation seen)
    {
        if (Policy(draft.State, trigger) is not { } policy)
        {
            JudgeApart(draft, trigger, question, seen);
            return;
        }

        if (trigger.Rule.Condition is Condition.Alert alert)
        {
            JudgeAlert(draft, question, trigger, alert.Name, policy, seen.At);
            return;
        }

        if (IsUnheard(draft.State, question, seen))
        {
            Unmeasured(draft, question, trigger.Name, trigger.Rule, policy, trigger, draft.State.StepSince, seen);
        }

        if (trigger.Rule.OnNoData is null && !WithoutOthers(draft.State, Watching.Find(seen, question)?.Heard, trigger.Rule, seen))
        {
            return;
        }

        Judge(draft, question, trigger.Name, trigger.Rule, policy, trigger, seen);
    }

    /// <summary>
    /// A rule that judges each segment by itself is blind while no sample names its segment. One segment may be absent because no user
    /// of it came; when none was ever named, services do not distinguish them, and the step must not end behind a guard that is not there.
    /// </summary>
    private static void JudgeApart(Draft draft, Trigger trigger, string question, Observation seen)
    {
        var state = draft.State;
        if (!trigger.PerSegment || trigger.Rule.OnNoData is not null || state.Phase is { Shadow: true } || seen.Named is not { } named
            || seen.LastSample is null)
        {
            return;
        }

        var known = state.Unmeasured.ContainsKey(question);
        if (known && named.Length > 0)
        {
            draft.Emit(new RuleMeasured(question, $"{trigger.Name}: samples name their segment again."));
        }
        else if (!known && named.Length == 0 && IsTimeToTell(state, seen))
        {
            draft.Emit(new RuleUnmeasured(
                question, state.StepSince, Word(new NoData.Hold()),
                $"{trigger.Name}: no evidence, no sample names its segment ('segment'), so {trigger.Segments[0]} cannot be judged."));
        }
    }

    public static void Criterion(Draft draft, Criterion criterion, Observation seen)
    {
        if (criterion.Rule.OnNoData is { } policy and not NoData.Ignore)
        {
            foreach (var part in RulePart.Of(criterion.Rule, RoundQueries.Criterion(criterion.Name))
                .Where(part => Verdicts.Measures(part.Rule.Condition)))
            {
                Judge(draft, part.Question, criterion.Name, part.Rule, policy, null, seen);
                if (!draft.State.Watched)
                {
                    return;
                }
            }
        }
    }

    /// <summary>
    /// Sentences for the triggers that hold the end of a step and had no data in it: a person who ends the hold early comes before the
    /// round that would find them. None where no user is exposed; those that were found already have their own sentence.
    /// </summary>
    public static IEnumerable<string> Unheard(RolloutState state, Observation? seen) =>
        from trigger in state.Exposes ? RulesInForce.Triggers(state) : []
        from part in RulePart.Of(trigger.Rule, RoundQueries.Trigger(trigger.Name))
        where Verdicts.Measures(part.Rule.Condition) && Policy(state, trigger with { Rule = part.Rule }) is not null
            && !state.Unmeasured.ContainsKey(part.Question) && !IsHeard(state, part.Question, seen)
        select $"rule '{trigger.Name}' ({trigger.Rule.Text}) is blind: no sample has carried {part.Rule.Condition.Subject?.Metric}"
            + $" since the step began at {state.StepSince.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, and the first sample that carries it ends this";

    private static bool IsHeard(RolloutState state, string question, Observation? seen) =>
        seen is not null && Watching.Find(seen, question)?.Heard > state.StepSince;

    /// <summary>
    /// No data in this step, and the step could end before the next absence is long enough to be reported: a step must not end while a rule
    /// that would undo it has had no data.
    /// </summary>
    private static bool IsUnheard(RolloutState state, string question, Observation seen) =>
        (seen.LastSample is not null || EndsWithoutSamples(state))
        && !IsHeard(state, question, seen)
        && IsTimeToTell(state, seen);

    /// <summary>True when the step could end before the next look.</summary>
    private static bool IsTimeToTell(RolloutState state, Observation seen) =>
        state.HoldWaived || seen.At >= Gates.HoldEnds(state) - state.Judgement.MaxGap;

    /// <summary>
    /// True when every criterion may be met without one sample of the new variant: by alerts, incidents or samples of legacy.
    /// </summary>
    private static bool EndsWithoutSamples(RolloutState state) =>
        state.Exposes && RulesInForce.Criteria(state).All(criterion => criterion.Rule.Condition.Leaves()
            .Any(leaf => !Verdicts.Measures(leaf) || leaf.Subject?.Variant == Variant.Legacy));

    /// <summary>
    /// True when it had data in this step, and then other samples came for longer than a gap without it; or it has data again.
    /// </summary>
    private static bool WithoutOthers(RolloutState state, DateTimeOffset? heard, Rule rule, Observation seen)
    {
        if (heard is not { } last || last <= state.StepSince)
        {
            return false;
        }

        var since = state.EvidenceSince is { } again && again > last ? again : last;
        return seen.At - last <= Longest(state, rule) || seen.LastSample - since > Longest(state, rule);
    }

    private static void Judge(Draft draft, string question, string name, Rule rule, NoData policy, Trigger? trigger, Observation seen)
    {
        // For a path without a sample in this step, absence means nothing.
        if (seen.LastSample is null)
        {
            return;
        }

        var state = draft.State;
        var heard = Watching.Find(seen, question)?.Heard is { } last && last > state.StepSince ? last : state.StepSince;
        var silent = seen.At - heard;
        var known = state.Unmeasured.ContainsKey(question);
        if (silent <= Longest(state, rule))
        {
            if (known && !IsUnheard(state, question, seen))
            {
                draft.Emit(new RuleMeasured(question, $"{name}: {rule.Condition.Subject?.Metric} is measured again since {heard:u}."));
            }

            return;
        }

        // Time in which the orchestrator was not listening is not absence.
        var listened = seen.WatchedSince > heard ? seen.At - seen.WatchedSince.Value : silent;
        if (listened <= Longest(state, rule))
        {
            return;
        }

        Unmeasured(draft, question, name, rule, policy, trigger, heard, seen);
        if (policy is NoData.Rollback(var after) && listened >= after)
        {
            RollingBack.All(draft, Text(name, rule, heard, seen), name, null);
        }
    }

    private static void Unmeasured(
        Draft draft, string question, string name, Rule rule, NoData policy, Trigger? trigger, DateTimeOffset heard, Observation seen)
    {
        if (draft.State.Unmeasured.ContainsKey(question))
        {
            return;
        }

        var text = Text(name, rule, heard, seen);
        draft.Emit(new RuleUnmeasured(question, heard, Word(policy), text));
        if (policy is NoData.Review)
        {
            Reviewing.OpenForRule(draft, name, trigger, text);
        }
    }

    private static string Text(string name, Rule rule, DateTimeOffset heard, Observation seen) =>
        $"{name}: no evidence, no sample has carried {rule.Condition.Subject?.Metric} since {heard:u}, {Durations.Rounded(seen.At - heard)} ago.";

    /// <summary>
    /// An alert that fired and went silent, or that could not be evaluated, is no evidence: the policy of the rule applies.
    /// </summary>
    private static void JudgeAlert(Draft draft, string question, Trigger trigger, string alert, NoData policy, DateTimeOffset at)
    {
        var known = draft.State.Unmeasured.TryGetValue(question, out var since);
        if (AlertWatch.Fires(draft.State, alert, at) is { } fires)
        {
            if (known)
            {
                draft.Emit(new RuleMeasured(question, $"{trigger.Name}: evidence again, {ConditionText.Format(trigger.Rule.Condition)} {(fires ? "fires" : "does not fire")}."));
            }

            return;
        }

        var text = AlertWatch.Doubt(draft.State, trigger);
        if (!known)
        {
            since = at;
            draft.Emit(new RuleUnmeasured(question, since, Word(policy), text));
            if (policy is NoData.Review)
            {
                Reviewing.OpenForRule(draft, trigger.Name, trigger, text);
            }
        }

        if (policy is NoData.Rollback(var after) && at - since >= after)
        {
            RollingBack.All(draft, text, trigger.Name, null);
        }
    }

    private static bool Undoes(Trigger trigger) =>
        trigger.Action is TriggerAction.Rollback or TriggerAction.RollbackSegment or TriggerAction.StepBack;

    /// <summary>Longest gap. A rule without a policy is patient: a quiet service measures no latency for minutes.</summary>
    private static TimeSpan Longest(RolloutState state, Rule rule) =>
        rule.MaxGap ?? (rule.OnNoData is null ? 5 : 1) * state.Judgement.MaxGap;

    private static string Word(NoData policy) => policy switch
    {
        NoData.Hold => "hold",
        NoData.Review => "review",
        NoData.Rollback(var after) => $"rollback after {Durations.Format(after)}",
        _ => throw new InvalidOperationException($"No such policy: {policy.GetType().Name}."),
    };
}
