using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Rollouts.Amending.Strictness;

/// <summary>Criteria must require no less of a step, over no less time.</summary>
internal static class CriterionStrictness
{
    public static IEnumerable<Loosening> Of(Plan before, Plan after, StepPairs steps) =>
        from pair in steps.All
        from was in pair.Before.Rules.CriteriaWhen(Exposes(pair.Before))
        let now = pair.After.Rules.CriteriaWhen(Exposes(pair.After))
        let twin = now.FirstOrDefault(criterion => criterion.Name == was.Name)
        from text in Compare(pair, was, twin, now)
        select new Loosening(twin is null ? pair.After.Path : Path(pair.After, twin), text);

    private static IEnumerable<string> Compare(StepPair pair, Criterion was, Criterion? twin, IReadOnlyCollection<Criterion> all)
    {
        // A criterion without a name is named after its text, so a corrected limit is a criterion of another name.
        if (twin is null)
        {
            if (!all.Any(criterion => AsksNoLess(pair, was, criterion)))
            {
                yield return was.Name == RulesInForce.Measured
                    ? $"step {pair.After.Step.Name} no longer needs to be measured for its whole hold"
                    : $"no criterion of step {pair.After.Step.Name} is shown to require as much as '{was.Name}' did";
            }
        }
        else if (was.Name != RulesInForce.Measured && !AsksNoLess(pair, was, twin))
        {
            yield return $"criterion '{was.Name}' is not shown to require as much as it did: '{RuleStrictness.Text(was.Rule)}' becomes '{RuleStrictness.Text(twin.Rule)}'";
        }
    }

    private static bool AsksNoLess(StepPair pair, Criterion was, Criterion now)
    {
        var window = Window(pair.After, now) >= Window(pair.Before, was);
        if (was.Name == RulesInForce.Measured)
        {
            // Judged by samples of new over all of the hold: so new was measured for all of it.
            return window && now.Rule.Condition.Leaves().All(leaf => leaf.Compares()
                && leaf.Subject is { Variant: Orchestrator.Domain.Conditions.Variant.New, Metric: not RoundQueries.Incidents });
        }

        return window
            && ConditionCover.Covers(was.Rule.Condition, now.Rule.Condition)
            && (now.MinSamples == was.MinSamples || now.MinSamples >= was.MinSamples
                || (was.MinSamples is not null && now.MinSamples is null && now.Rule.Alpha is null && IsProven(pair.After.Plan, now)))
            && (now.Rule.Alpha == was.Rule.Alpha || now.Rule.Alpha <= was.Rule.Alpha)
            && now.Rule.DesignEffect >= was.Rule.DesignEffect
            && RuleStrictness.AtLeastAsStrict(was.Rule.OnNoData, now.Rule.OnNoData);
    }

    /// <summary>
    /// A bounded share without a minimum of its own needs as many samples as show it: never fewer than any sensible number.
    /// </summary>
    private static bool IsProven(Plan plan, Criterion criterion) =>
        Judging.Claim(plan, criterion.Rule.Condition, plan.Judgement.Confidence) is not null;

    private static TimeSpan Window(StepAt step, Criterion criterion) => criterion.Rule.Windows().Max() ?? step.Step.Hold;

    private static bool Exposes(StepAt step)
    {
        var users = Audience.Of(step.Plan).First(one => one.Name == step.Step.Name).Users;
        return users.Percentage > Share.None || step.Phase.Shadow || !users.Segments.IsEmpty || !users.Shares.IsEmpty;
    }

    private static string Path(StepAt step, Criterion criterion) =>
        step.Step.Success.IndexOf(criterion) is var own && own >= 0 ? $"{step.Path}.success[{own}]"
        : step.Phase.Success.IndexOf(criterion) is var shared && shared >= 0 ? $"phases[{step.PhaseIndex}].success[{shared}]"
        : step.Path;
}
