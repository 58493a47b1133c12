using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>Current results of the rules in force, for display. Judged by the same code that decides.</summary>
public static class Assessments
{
    /// <summary>Every criterion of the current step; without an observation, the last verdict in the events.</summary>
    public static IEnumerable<(string Name, Verdict Verdict, Evidence? Evidence)> Criteria(RolloutState state, Observation? seen)
    {
        foreach (var criterion in RulesInForce.Criteria(state))
        {
            if (seen is null)
            {
                var known = state.Criteria.GetValueOrDefault(criterion.Name);
                yield return (criterion.Name, known?.Verdict ?? Verdict.NoEvidence, known?.Evidence);
                continue;
            }

            var (verdict, evidence) = Verdicts.Criterion(state, criterion, seen);
            yield return (criterion.Name, verdict, evidence());
        }

        foreach (var exercise in RulesInForce.Exercises(state))
        {
            if (state.Criteria.TryGetValue(exercise.Name, out var known))
            {
                yield return (exercise.Name, known.Verdict, known.Evidence);
            }
        }
    }

    /// <summary>
    /// Every trigger in force: <c>quiet</c>, <c>breached</c> (its "for" runs), <c>fired</c>, <c>rolledBack</c> (its segments are on legacy)
    /// or <c>noEvidence</c>.
    /// </summary>
    public static IEnumerable<(string Name, string State, DateTimeOffset? Since, Evidence? Evidence)> Triggers(
        RolloutState state, Observation? seen)
    {
        foreach (var trigger in RulesInForce.Triggers(state))
        {
            var known = state.Triggers.GetValueOrDefault(trigger.Name);
            var (holds, evidence) = seen is null
                ? ((bool?)null, (Func<Evidence>?)null)
                : Verdicts.Trigger(state, trigger.Rule, RoundQueries.Trigger(trigger.Name), seen);
            if (seen is not null && evidence is { } judged)
            {
                evidence = () => CloserWatch.Explain(state, trigger, seen.At, judged());
            }

            var word = RulesInForce.HasUndone(state, trigger)
                ? "rolledBack"
                : known is { Fired: true }
                ? "fired"
                : known is not null
                ? "breached"
                : holds is null
                ? "noEvidence"
                : "quiet";
            yield return (trigger.Name, word, known?.Since, known?.Evidence ?? evidence?.Invoke());
        }
    }
}
