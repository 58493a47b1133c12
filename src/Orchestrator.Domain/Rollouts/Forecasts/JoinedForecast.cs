using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Rollouts.Forecasts;

/// <summary>The forecast of a criterion of several conditions: "and" waits for the slowest of them, "or" for the fastest.</summary>
internal static class JoinedForecast
{
    /// <summary>Each condition as a criterion of its own, with the state it is judged in.</summary>
    public static IEnumerable<(RolloutState State, Criterion Criterion, string Question)> Parts(RolloutState state, Criterion criterion) =>
        criterion.Rule.Condition is not Condition.Joined
            ? [(state, criterion, RoundQueries.Criterion(criterion.Name))]
            : RulePart.Of(criterion.Rule, RoundQueries.Criterion(criterion.Name))
                .Select(part => (Verdicts.Surer(state, part.Doubt), criterion with { Name = part.Rule.Text, Rule = part.Rule },
                    part.Question));

    /// <summary>The whole from its parts, which come in the order of <see cref="Parts"/>.</summary>
    public static CriterionForecast Of(Criterion criterion, CriterionForecast[] parts)
    {
        if (criterion.Rule.Condition is not Condition.Joined)
        {
            return parts[0];
        }

        var next = 0;
        return new CriterionForecast(
            criterion.Name, null, parts.Min(part => part.Has), null, Time(criterion.Rule.Condition, parts, ref next), $"{criterion.Name}: {string.Join(" ", parts.Select(part => part.Text))}");
    }

    private static TimeSpan? Time(Condition condition, CriterionForecast[] parts, ref int next)
    {
        if (condition is not Condition.Joined joined)
        {
            return parts[next++].Takes;
        }

        var times = new List<TimeSpan?>();
        foreach (var part in joined.Parts)
        {
            times.Add(Time(part, parts, ref next));
        }

        return joined.Joint is Joint.Or ? times.Min() : times.Contains(null) ? null : times.Max();
    }
}
