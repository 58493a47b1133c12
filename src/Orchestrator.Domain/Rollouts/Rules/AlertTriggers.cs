using System.Collections.Immutable;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>Alert rules on conditions are triggers: immediate_rollback rolls back, the others only notify.</summary>
internal static class AlertTriggers
{
    /// <summary>Suffix of an alert whose name a trigger of another meaning has.</summary>
    private const string NameTaken = "-alert";

    /// <summary>
    /// The triggers in force with the alerts after them. An alert with the meaning of a trigger shares that trigger's firing: one fact
    /// is one event. But immediate_rollback must roll back, also where the trigger of the same meaning does something else.
    /// </summary>
    public static ImmutableArray<Trigger> With(Plan plan, ImmutableArray<Trigger> triggers) => triggers.AddRange(
        from alert in plan.Alerts
        let rule = alert.On
        where rule is not null
            && !triggers.Any(trigger => trigger.Rule.MeansTheSameAs(rule) && (!alert.RollsBack || trigger.Action == TriggerAction.Rollback))
        let name = triggers.Any(trigger => trigger.Name == alert.Name) ? alert.Name + NameTaken : alert.Name
        select new Trigger(name, rule, alert.RollsBack ? TriggerAction.Rollback : TriggerAction.Notify, alert.Level, []));

    /// <summary>True when the alert is about the firing of a trigger, by name and rule as written.</summary>
    public static bool Concerns(Plan plan, AlertRule alert, string trigger, string rule) => alert.On is { } on
        && ((rule == on.Text && (trigger == alert.Name || trigger == alert.Name + NameTaken))
            || plan.Triggers.Concat(plan.Phases.SelectMany(p => p.Triggers.Concat(p.Steps.SelectMany(s => s.Triggers))))
                .Any(t => t.Name == trigger && t.Rule.Text == rule && t.Rule.MeansTheSameAs(on)));
}
