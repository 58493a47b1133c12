using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts;

/// <summary>The plan's checks after a rollback that are conditions: what they ask, and whether they hold. No evidence is no success.</summary>
public static class RuleCheck
{
    /// <summary>How often a check is asked before it has failed.</summary>
    public const int Attempts = 3;

    /// <summary>Time between two attempts, on orchestrator time: three over half a minute, or as fast as samples can bring something new.</summary>
    public static TimeSpan Spacing(RolloutState state)
    {
        var sampling = state.Judgement.Sampling;
        return sampling > TimeSpan.FromSeconds(15) ? sampling : TimeSpan.FromSeconds(15);
    }

    /// <summary>The checks of a leg.</summary>
    public static IReadOnlyList<Check> Of(RolloutState state, Leg leg) => leg switch
    {
        Leg.Health => state.Plan.HealthChecks,
        Leg.Consistency => state.Plan.ConsistencyChecks,
        _ => [],
    };

    /// <summary>What the windows are asked. Health is that since the rollback; consistency also concerns what was before.</summary>
    public static Inquiry Ask(RolloutState state, Undone undone, Leg leg, IEnumerable<Check> checks) => new(
        Variant.New, RulesInForce.Traffic(state), state.StepSince,
        [.. checks.Where(c => c.Rule?.Condition.Subject is { Metric: not Inquiries.Incidents }).Select(c => Question(state, c, leg == Leg.Health ? undone.At : null))]);

    /// <summary>Whether a rule holds, with the sentence that says why.</summary>
    public static (bool Passed, string Text) Judge(RolloutState state, Check check, Observation seen)
    {
        var rule = check.Rule!;
        var reading = Array.Find(seen.Readings, r => r.Question == check.Name);
        var (holds, describe) = Judging.Trigger(state, rule, reading, seen);
        var evidence = describe();
        var unit = rule.Condition.Subject is { } subject ? state.Plan.Metric(subject.Metric)?.Unit ?? Unit.Number : Unit.Number;
        var observed = evidence.Observed is { } value ? Quantities.Format(value, unit) : "nothing";
        return (holds == true, $"{rule.Text}: observed {observed} in {evidence.Samples} samples, "
            + holds switch { true => "holds", false => "does not hold", _ => "no evidence" });
    }

    private static Question Question(RolloutState state, Check check, DateTimeOffset? since)
    {
        var (rule, subject) = (check.Rule!, check.Rule!.Condition.Subject!);
        var window = rule.Over ?? state.Judgement.Window;
        return new Question(
            check.Name, subject.Metric, subject.Variant, subject.Traffic ?? (subject.Variant == Variant.Legacy ? Traffic.Live : RulesInForce.Traffic(state)),
            subject.Segment, window > state.Judgement.Sampling ? window : state.Judgement.Sampling, since);
    }
}
