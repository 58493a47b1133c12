using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Orchestrator.Domain.Conditions;

namespace Orchestrator.Domain.Plans.Rules;

/// <summary>All rules of a plan, and the alerts they read.</summary>
public static class PlanRules
{
    private static readonly ConditionalWeakTable<Plan, FrozenSet<string>> Known = [];

    /// <summary>Rules of triggers, criteria, alerts and checks.</summary>
    public static IEnumerable<Rule> Of(Plan plan) => Triggers(plan).Select(trigger => trigger.Rule)
        .Concat(plan.Phases.SelectMany(phase => phase.Success.Concat(phase.Steps.SelectMany(step => step.Success)))
            .Select(criterion => criterion.Rule))
        .Concat(plan.Alerts.Select(alert => alert.On).OfType<Rule>())
        .Concat(plan.HealthChecks.Concat(plan.ConsistencyChecks).Select(check => check.Rule).OfType<Rule>());

    /// <summary>Triggers of the plan, its phases and its steps, as written.</summary>
    public static IEnumerable<Trigger> Triggers(Plan plan) =>
        plan.Triggers.Concat(plan.Phases.SelectMany(phase => phase.Triggers.Concat(phase.Steps.SelectMany(step => step.Triggers))));

    /// <summary>Names of the alerts that any rule reads. Other alerts are not stored.</summary>
    public static FrozenSet<string> Alerts(Plan plan) =>
        Known.GetValue(plan, static of => Of(of).SelectMany(rule => rule.Condition.Leaves()).OfType<Condition.Alert>()
            .Select(alert => alert.Name).ToFrozenSet(StringComparer.Ordinal));
}
