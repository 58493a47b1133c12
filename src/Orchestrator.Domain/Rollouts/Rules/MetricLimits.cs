using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>A comparison of a metric with limits, to show beside its values.</summary>
/// <param name="Kind">Origin of the limit.</param>
/// <param name="Name">Name of the rule; of the metric where that has the limit.</param>
/// <param name="Title">Display text; null takes the name.</param>
/// <param name="Text">The comparison as plans write it.</param>
/// <param name="Condition">A comparison or a range.</param>
/// <param name="Over">Window of the compared value; null where the plan judges none.</param>
/// <param name="For">Time for which it must hold; null for none.</param>
public sealed record MetricLimit(
    MetricLimitKind Kind, string Name, string? Title, string Text, Condition Condition, TimeSpan? Over = null, TimeSpan? For = null)
{
    /// <summary>Effect of a trigger; null for others.</summary>
    public TriggerAction? Action { get; init; }

    /// <summary>Level of a trigger; null for others.</summary>
    public string? Level { get; init; }

    /// <summary>Side of the limit on which the metric does harm; null for an equality.</summary>
    public HarmfulSide? Harm
    {
        get
        {
            var holds = Condition switch
            {
                Condition.Comparison { Operator: Operator.Above or Operator.AtLeast } => HarmfulSide.Above,
                Condition.Comparison { Operator: Operator.Below or Operator.AtMost } => HarmfulSide.Below,
                Condition.Between => HarmfulSide.Inside,
                _ => (HarmfulSide?)null,
            };
            return Kind is MetricLimitKind.Trigger or MetricLimitKind.Alert ? holds : holds switch
            {
                HarmfulSide.Above => HarmfulSide.Below,
                HarmfulSide.Below => HarmfulSide.Above,
                HarmfulSide.Inside => HarmfulSide.Outside,
                _ => null,
            };
        }
    }

    /// <summary>True when the limit is a multiple of the metric's baseline.</summary>
    public bool NeedsBaseline => Condition is Condition.Comparison { Limit: Limit.OfBaseline }
        or Condition.Between { Low: Limit.OfBaseline } or Condition.Between { High: Limit.OfBaseline };
}

/// <summary>Origin of a limit.</summary>
public enum MetricLimitKind
{
    /// <summary>A trigger: it acts when its condition holds.</summary>
    Trigger,

    /// <summary>A criterion: a step ends only while it holds.</summary>
    Criterion,

    /// <summary>The metric's target, for display.</summary>
    Target,

    /// <summary>The metric's threshold worth an alert, for display.</summary>
    Alert,
}

/// <summary>Values that do harm, in relation to a limit.</summary>
public enum HarmfulSide
{
    /// <summary>Those above it.</summary>
    Above,

    /// <summary>Those below it.</summary>
    Below,

    /// <summary>Those within both limits.</summary>
    Inside,

    /// <summary>Those outside of both limits.</summary>
    Outside,
}

/// <summary>Limits of a metric: of the rules of the current step, or of the first step before the start.</summary>
public static class MetricLimits
{
    /// <summary>The limits for one audience. Each part of a joined condition counts by itself.</summary>
    /// <param name="state">The rollout.</param>
    /// <param name="metric">Name of the metric.</param>
    /// <param name="variant">Variant of the samples.</param>
    /// <param name="traffic">Traffic of the samples.</param>
    /// <param name="segment">Segment of the users; null for all together.</param>
    public static IEnumerable<MetricLimit> Of(RolloutState state, string metric, Variant variant, Traffic traffic, string? segment)
    {
        var (phase, step) = (Math.Max(0, state.PhaseIndex), Math.Max(0, state.StepIndex));
        var rules = StepRules.Of(state.Plan, phase, step);
        foreach (var trigger in rules.Triggers)
        {
            foreach (var part in Parts(trigger.Rule))
            {
                yield return new MetricLimit(
                    MetricLimitKind.Trigger, trigger.Name, trigger.Title, part.Text, part.Condition, part.Over ?? state.Judgement.Window,
                    part.For)
                {
                    Action = trigger.Action,
                    Level = trigger.Level,
                };
            }
        }

        foreach (var criterion in rules.CriteriaWhen(state.Exposes))
        {
            foreach (var part in Parts(criterion.Rule))
            {
                yield return new MetricLimit(
                    MetricLimitKind.Criterion, criterion.Name, criterion.Title, part.Text, part.Condition,
                    part.Over ?? state.Plan.Phases[phase].Steps[step].Hold, part.For);
            }
        }

        if (state.Plan.Metric(metric) is not { } known)
        {
            yield break;
        }

        foreach (var (kind, condition) in new[] { (MetricLimitKind.Target, known.Target), (MetricLimitKind.Alert, known.Alert) })
        {
            if (condition is not null && condition.Compares() && Is(condition.Subject))
            {
                yield return new MetricLimit(kind, known.Name, known.Title, ConditionText.Format(condition), condition);
            }
        }

        IEnumerable<Rule> Parts(Rule rule) => RulePart.Of(rule, "").Select(part => part.Rule)
            .Where(part => part.Condition.Compares() && Is(part.Condition.Subject));

        bool Is(Subject? subject) =>
            subject is not null && subject.Metric == metric && subject.Variant == variant && subject.Segment == segment
            && (subject.Traffic ?? TrafficOf(state, variant)) == traffic;
    }

    /// <summary>Traffic of conditions on a variant that name none, in the same step.</summary>
    public static Traffic TrafficOf(RolloutState state, Variant variant) =>
        variant == Variant.New && state.Plan.Phases[Math.Max(0, state.PhaseIndex)].Shadow ? Traffic.Shadow : Traffic.Live;
}
