using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Which rules of the plan apply in the current step.</summary>
public static class RulesInForce
{
    /// <summary>Name of the criterion of a step that states none: that the new path was measured for the whole hold.</summary>
    public const string Measured = "measured";

    /// <summary>Name of the criterion that legacy serves nobody.</summary>
    public const string LegacyUnused = "legacy-unused";

    /// <summary>Follows the name of an alert whose name a trigger of another meaning has.</summary>
    private const string NameTaken = "-alert";

    /// <summary>Triggers of the plan, the phase and the step, and the alert rules on conditions.</summary>
    public static IEnumerable<Trigger> Triggers(RolloutState state) =>
        state.PhaseIndex < 0 ? [] : Triggers(state.Plan, state.PhaseIndex, state.StepIndex);

    /// <summary>Triggers of the plan, the phase and the step, and the alert rules on conditions.</summary>
    public static IEnumerable<Trigger> Triggers(Plan plan, int phase, int step)
    {
        var triggers = plan.Phases[phase].Steps[step].Triggers.Concat(plan.Phases[phase].Triggers).Concat(plan.Triggers);
        return plan.Alerts.IsEmpty ? triggers : WithAlerts(plan, [.. triggers]);
    }

    /// <summary>Whether the firing of a trigger, by name and rule as written, is what an alert rule on a condition is about.</summary>
    public static bool Concerns(Plan plan, AlertRule alert, string trigger, string rule) => alert.On is { } on
        && ((rule == on.Text && (trigger == alert.Name || trigger == alert.Name + NameTaken))
            || plan.Triggers.Concat(plan.Phases.SelectMany(p => p.Triggers.Concat(p.Steps.SelectMany(s => s.Triggers))))
                .Any(t => t.Name == trigger && t.Rule.Text == rule && t.Rule.MeansTheSameAs(on)));

    /// <summary>
    /// Criteria of the step and the phase, and those that no plan needs to write: elapsed time alone never passes a step that
    /// exposes somebody, so a step without criteria must have been measured for its whole hold.
    /// </summary>
    public static ImmutableArray<Criterion> Criteria(RolloutState state)
    {
        if (state.Phase is not { } phase || state.Step is not { } step)
        {
            return [];
        }

        var criteria = step.Success.AddRange(phase.Success);
        if (phase.LegacyUnusedFor is { } unused)
        {
            criteria = criteria.Add(Implicit(LegacyUnused, Variant.Legacy, Operator.Equal, unused, $"legacy requests == 0 over {Durations.Format(unused)}"));
        }

        return criteria.IsEmpty && state.Exposes
            ? [Implicit(Measured, Variant.New, Operator.Above, step.Hold, $"new requests > 0 over {Durations.Format(step.Hold)}")]
            : criteria;
    }

    /// <summary>The traffic that conditions of the current phase look at unless they say otherwise.</summary>
    public static Traffic Traffic(RolloutState state) => state.Phase is { Shadow: true } ? Metrics.Traffic.Shadow : Metrics.Traffic.Live;

    /// <summary>
    /// An alert rule is a trigger that only tells people. It stands after all that do something, and one that means the same as a
    /// trigger speaks of that trigger's firing: one fact is one event.
    /// </summary>
    private static IEnumerable<Trigger> WithAlerts(Plan plan, ImmutableArray<Trigger> triggers) => triggers.Concat(
        from alert in plan.Alerts
        let rule = alert.On
        where rule is not null && !triggers.Any(trigger => trigger.Rule.MeansTheSameAs(rule))
        let name = triggers.Any(trigger => trigger.Name == alert.Name) ? alert.Name + NameTaken : alert.Name
        select new Trigger(name, rule, TriggerAction.Notify, alert.Level, []));

    private static Criterion Implicit(string name, Variant variant, Operator compare, TimeSpan over, string text)
    {
        var limit = new Limit.Fixed(new Quantity(0, Unit.Number));
        var traffic = variant == Variant.Legacy ? Metrics.Traffic.Live : (Traffic?)null;
        return new Criterion(name, new Rule(new Condition.Comparison(new Subject(KnownSeries.Requests, variant, traffic), compare, limit), null, over, text), 1);
    }
}
