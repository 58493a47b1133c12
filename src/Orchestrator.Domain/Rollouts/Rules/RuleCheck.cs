using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Incidents;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>The plan's checks after a rollback that are conditions: their queries and results. No evidence is no success.</summary>
public static class RuleCheck
{
    /// <summary>Number of attempts before a check has failed.</summary>
    public const int Attempts = 3;

    /// <summary>
    /// Time between two attempts, on orchestrator time: three over half a minute, or as fast as samples can bring something new.
    /// </summary>
    public static TimeSpan Spacing(RolloutState state)
    {
        var sampling = state.Judgement.Sampling;
        return sampling > TimeSpan.FromSeconds(15) ? sampling : TimeSpan.FromSeconds(15);
    }

    /// <summary>The checks of a step of the procedure.</summary>
    public static IReadOnlyList<Check> Of(RolloutState state, VerificationStep step) => step switch
    {
        VerificationStep.Health => state.Plan.HealthChecks,
        VerificationStep.Consistency => state.Plan.ConsistencyChecks,
        _ => [],
    };

    /// <summary>Queries to the windows. Health is that since the rollback; consistency also covers the time before.</summary>
    public static RoundQuery Ask(RolloutState state, RollbackRecord rollback, VerificationStep step, IEnumerable<Check> checks) => new(
        Variant.New, RulesInForce.Traffic(state), state.StepSince,
        [
            .. from check in checks
               where check.Rule is not null
               from part in RulePart.Of(check.Rule!, check.Name)
               where part.Rule.Condition.Subject is { Metric: not RoundQueries.Incidents }
               select Query(state, part, step == VerificationStep.Health ? rollback.At : null),
        ]);

    /// <summary>True when a rule holds, with a sentence of evidence.</summary>
    public static (bool Passed, string Text) Judge(RolloutState state, Check check, Observation seen)
    {
        var rule = check.Rule!;
        var (holds, describe) = Verdicts.Trigger(state, rule, check.Name, seen);
        var evidence = describe();
        var outcome = holds switch { true => "holds", false => "does not hold", _ => "no evidence" };
        if (rule.Condition is Condition.Joined)
        {
            return (holds == true, $"{rule.Text}: {outcome}. {string.Join(" ", RulePart.Of(rule, check.Name).Select(part => Observed(state, part, seen)))}");
        }

        var unit = rule.Condition.Subject is { } subject ? state.Plan.Metric(subject.Metric)?.Unit ?? Unit.Number : Unit.Number;
        var observed = evidence.Observed is { } value ? QuantityText.Format(value, unit) : "nothing";
        return (holds == true, $"{rule.Text}: observed {observed} in {evidence.Samples} samples, "
            + outcome);
    }

    /// <summary>A condition of several, with its numbers.</summary>
    private static string Observed(RolloutState state, RulePart part, Observation seen)
    {
        var check = new Check(part.Question, null, null, part.Rule, TimeSpan.Zero);
        return Judge(state, check, seen).Text + ".";
    }

    private static MetricQuery Query(RolloutState state, RulePart part, DateTimeOffset? since)
    {
        var (rule, subject) = (part.Rule, part.Rule.Condition.Subject!);
        var window = rule.Over ?? state.Judgement.Window;
        return new MetricQuery(
            part.Question, subject.Metric, subject.Variant,
            subject.Traffic ?? (subject.Variant == Variant.Legacy ? Traffic.Live : RulesInForce.Traffic(state)),
            subject.Segment, window > state.Judgement.Sampling ? window : state.Judgement.Sampling, since)
        {
            Quiet = rule.Condition is Condition.Absent,
        };
    }
}
