using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Rollouts.Amending.Strictness;

/// <summary>Triggers must detect no less, act no later and do no less.</summary>
internal static class TriggerStrictness
{
    public static IEnumerable<Loosening> Of(Plan before, Plan after, StepPairs steps) =>
        from pair in steps.All
        from was in pair.Before.Rules.Triggers
        let now = pair.After.Rules.Triggers.FirstOrDefault(trigger => trigger.Name == was.Name)
        let path = now is null ? Path(before, pair.Before, was) : Path(after, pair.After, now)
        from text in now is null ? [$"trigger '{was.Name}' ({RuleStrictness.Text(was.Rule)}) no longer guards step {pair.After.Step.Name}"] : Compare(was, now)
        select new Loosening(path, text);

    private static IEnumerable<string> Compare(Trigger was, Trigger now)
    {
        var (before, after) = (was.Rule, now.Rule);
        var name = $"trigger '{was.Name}'";
        if (!ConditionCover.Covers(after.Condition, before.Condition)
            || (before.Over != after.Over && !(after.Condition is Condition.Absent && after.Over <= before.Over)))
        {
            yield return $"{name} is not shown to fire whenever it did: '{RuleStrictness.Text(before)}' becomes '{RuleStrictness.Text(after)}'";
        }

        if ((after.For ?? TimeSpan.Zero) > (before.For ?? TimeSpan.Zero))
        {
            yield return $"{name} waits longer: for {Durations.Format(before.For ?? TimeSpan.Zero)} becomes {Durations.Format(after.For ?? TimeSpan.Zero)}";
        }

        // A smaller alpha, or a test where there was none, needs more requests before it decides.
        if (!(after.Alpha == before.Alpha || after.Alpha >= before.Alpha) || after.DesignEffect > before.DesignEffect)
        {
            yield return $"{name} compares by another test, which may fire later";
        }

        if (before.MaxGap != after.MaxGap || !RuleStrictness.AtLeastAsStrict(before.OnNoData, after.OnNoData))
        {
            yield return $"{name} follows another policy while no sample carries its metric";
        }

        if (!DoesNoLess(was, now))
        {
            yield return $"{name} does less: {was.Action} becomes {now.Action}{(was.Segments.SequenceEqual(now.Segments) && was.PerSegment == now.PerSegment ? "" : ", of other segments")}";
        }

        if (now.Clear != was.Clear)
        {
            yield return $"{name} clears by another condition ('clear'), and does not fire again before it has cleared";
        }

        if (now.CoolDown > was.CoolDown)
        {
            yield return $"{name} stays quiet longer after it fired: {Durations.Format(was.CoolDown)} becomes {Durations.Format(now.CoolDown)}";
        }

        if (now.ReleaseOnClear && !was.ReleaseOnClear)
        {
            yield return $"{name} closes its review when it clears";
        }

        if (was.Level != now.Level && now.Level != "critical")
        {
            yield return $"{name} notifies at a lower level: {was.Level} becomes {now.Level}";
        }
    }

    private static bool DoesNoLess(Trigger was, Trigger now) => was.Action == now.Action
        ? was.PerSegment == now.PerSegment && was.Segments.SequenceEqual(now.Segments)
        : (was.Action, now.Action) switch
        {
            (_, TriggerAction.Rollback) => true,
            (TriggerAction.Review or TriggerAction.Notify, TriggerAction.StepBack) => true,
            (TriggerAction.Notify, TriggerAction.Review) => true,
            _ => false,
        };

    /// <summary>Path of the trigger: in the step, the phase, the plan, or an alert that acts as one.</summary>
    private static string Path(Plan plan, StepAt step, Trigger trigger) =>
        At($"{step.Path}.triggers", step.Step.Triggers, trigger) ?? At($"phases[{step.PhaseIndex}].triggers", step.Phase.Triggers, trigger) ?? At("triggers", plan.Triggers, trigger)
            ?? plan.Alerts.Index().Where(one => ReferenceEquals(one.Item.On, trigger.Rule)).Select(one => $"alerts[{one.Index}]").FirstOrDefault() ?? "triggers";

    private static string? At(string list, IEnumerable<Trigger> triggers, Trigger trigger)
    {
        foreach (var (index, one) in triggers.Index())
        {
            if (ReferenceEquals(one, trigger) || StepRules.IsPartOf(trigger, one))
            {
                return $"{list}[{index}]";
            }
        }

        return null;
    }
}
