using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts;

/// <summary>A rule whose metric nothing carries any more is neither good nor bad: the rule itself says what follows.</summary>
internal static class Blindness
{
    public static void Judge(Draft draft, string question, string name, Rule rule, ImmutableArray<string> roles, Observation seen)
    {
        // Of a path that was never heard in this step, silence says nothing.
        if (rule.OnNoData is not { } policy || seen.LastSample is null)
        {
            return;
        }

        var state = draft.State;
        var heard = Watching.Find(seen, question)?.Heard is { } last && last > state.StepSince ? last : state.StepSince;
        var silent = seen.At - heard;
        var known = state.Unmeasured.ContainsKey(question);
        var text = $"{name}: no evidence, nothing carried {rule.Condition.Subject?.Metric} since {heard:u}, {Durations.Rounded(silent)} ago.";
        if (silent <= (rule.MaxGap ?? state.Judgement.MaxGap))
        {
            if (known)
            {
                draft.Emit(new RuleMeasured(question, $"{name}: {rule.Condition.Subject?.Metric} is measured again since {heard:u}."));
            }

            return;
        }

        if (!known)
        {
            draft.Emit(new RuleUnmeasured(question, heard, Word(policy), text));
            if (policy is NoData.Review)
            {
                Reviewing.OpenForRule(draft, name, roles, text);
            }
        }

        if (policy is NoData.Rollback(var after) && silent >= after)
        {
            RollingBack.All(draft, text, name, null);
        }
    }

    private static string Word(NoData policy) => policy switch
    {
        NoData.Hold => "hold",
        NoData.Review => "review",
        NoData.Rollback(var after) => $"rollback after {Durations.Format(after)}",
        _ => throw new InvalidOperationException($"No such policy: {policy.GetType().Name}."),
    };
}
