using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>
/// Distance of a trigger from firing, from 1 (as far as can be) to 0 (its condition holds or is at its limit, or it has fired). Against a
/// limit from above it is the part of the limit that is not used up: an error rate of 0.4 % is 0.2 away from 0.5 %. Ignores "for".
/// </summary>
public static class TriggerDistance
{
    /// <summary>
    /// Every trigger in force with its distance; null where there is no evidence, and for a rule whose segments are on legacy: no user is
    /// left to take back.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="seen">The newest round's observation of this step.</param>
    public static IEnumerable<(string Trigger, double? Distance)> Of(RolloutState state, Observation seen)
    {
        foreach (var trigger in RulesInForce.Triggers(state))
        {
            yield return (trigger.Name, RulesInForce.HasUndone(state, trigger) ? null
                : state.Triggers.GetValueOrDefault(trigger.Name) is { Fired: true }
                ? 0
                : Of(state, trigger.Rule, RoundQueries.Trigger(trigger.Name), seen));
        }
    }

    /// <summary>The distance of a value from where a condition begins to hold; null when it is unknown.</summary>
    /// <param name="condition">A comparison or a range.</param>
    /// <param name="value">In the base unit of the metric.</param>
    /// <param name="baseline">In the same unit; null when none could be measured.</param>
    public static double? Of(Condition condition, double value, double? baseline)
    {
        if (ConditionEvaluator.Holds(condition, value, baseline) is not { } holds)
        {
            return null;
        }

        return holds ? 0 : condition switch
        {
            Condition.Comparison c when ConditionEvaluator.Value(c.Limit, baseline) is { } limit => c.Operator switch
            {
                Operator.Above or Operator.AtLeast => Below(value, limit),
                Operator.Below or Operator.AtMost => Below(limit, value),
                _ => Apart(value, limit),
            },
            Condition.Between b
                when ConditionEvaluator.Value(b.Low, baseline) is { } low && ConditionEvaluator.Value(b.High, baseline) is { } high =>
                value < low ? Below(value, low) : Below(high, value),
            _ => 1,
        };
    }

    private static double? Of(RolloutState state, Rule rule, string question, Observation seen)
    {
        var parts = RulePart.Of(rule, question).Select(part => Single(state, part.Rule, part.Question, seen)).ToArray();
        var next = 0;
        return Join(rule.Condition, parts, ref next);
    }

    /// <summary>An "and" is as far as the farthest of its conditions; an "or" as near as the nearest that is known.</summary>
    private static double? Join(Condition condition, double?[] parts, ref int next)
    {
        if (condition is not Condition.Joined joined)
        {
            return parts[next++];
        }

        var distances = new List<double?>();
        foreach (var part in joined.Parts)
        {
            distances.Add(Join(part, parts, ref next));
        }

        return joined.Joint == Joint.Or ? distances.Min() : distances.Contains(null) ? null : distances.Max();
    }

    private static double? Single(RolloutState state, Rule rule, string question, Observation seen)
    {
        var reading = Watching.Find(seen, question);
        return Judging.Trigger(state, rule, reading, seen).Holds switch
        {
            null => null,
            true => 0,
            false => rule.Condition.Compares() && rule.Alpha is null && reading is { Measured.Value: { } value }
                ? Of(rule.Condition, value, reading.Baseline) ?? 1
                : 1,
        };
    }

    /// <summary>The remaining part of the way to a limit above.</summary>
    private static double Below(double value, double limit) => limit <= 0 || value <= 0 ? 1 : Math.Clamp(1 - (value / limit), 0, 1);

    private static double Apart(double one, double other) =>
        Math.Max(Math.Abs(one), Math.Abs(other)) is var scale && scale > 0 ? Math.Clamp(Math.Abs(one - other) / scale, 0, 1) : 0;
}
