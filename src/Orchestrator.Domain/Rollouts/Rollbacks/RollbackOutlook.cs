using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts.Rollbacks;

/// <summary>Health of legacy by the conditions under which the plan takes users back.</summary>
public enum LegacyVerdict
{
    /// <summary>No condition was measured on legacy.</summary>
    NotMeasured,

    /// <summary>Some conditions were measured, and legacy is within their limits.</summary>
    PartlyMeasured,

    /// <summary>All conditions were measured, and legacy is within their limits.</summary>
    Healthy,

    /// <summary>Legacy is beyond a limit: going back may not help.</summary>
    Unhealthy,
}

/// <summary>Legacy before a rollback to it.</summary>
/// <param name="Verdict">Verdict.</param>
/// <param name="Text">Display text, one sentence.</param>
/// <param name="Conditions">Each condition, on legacy; the worst first.</param>
public sealed record LegacyHealth(LegacyVerdict Verdict, string Text, ImmutableArray<MeasuredElsewhere> Conditions);

/// <summary>A condition of a trigger, measured on other samples: those of legacy, or those of a segment.</summary>
/// <param name="Trigger">The trigger of the plan.</param>
/// <param name="Reach">The condition with its numbers.</param>
/// <param name="Fraction">Part of the way to the limit, 1 exactly when it is passed; null when too little was measured.</param>
public sealed record MeasuredElsewhere(string Trigger, ConditionReach Reach, double? Fraction);

/// <summary>A segment on new before a rollback.</summary>
/// <param name="Segment">Its key.</param>
/// <param name="Share">Share of its users on new.</param>
/// <param name="Worst">The condition that is nearest to its limit in it; null when none was measured.</param>
public sealed record SegmentOutlook(string Segment, Share Share, MeasuredElsewhere? Worst);

/// <summary>
/// Evidence for the person who is about to roll back: how legacy does, which segment is the worst, and a reason. It decides nothing, and no
/// rollback waits for it.
/// </summary>
public static class RollbackOutlook
{
    /// <summary>Most conditions that are measured elsewhere.</summary>
    public const int MostConditions = 12;

    /// <summary>Most segments that are compared; those that the plan names first.</summary>
    public const int MostSegments = 30;

    /// <summary>Queries to the windows; empty when no user is on new.</summary>
    public static MetricQuery[] Ask(RolloutState state) => !state.Serving ? [] :
    [
        .. Conditions(state, legacy: true).Select(one => Query(state, one.Rule, Name(one, null), Variant.Legacy, null)),
        .. from segment in Segments(state)
           from one in Conditions(state, legacy: false)
           select Query(state, one.Rule, Name(one, segment), Variant.New, segment),
    ];

    /// <summary>Health of legacy from the answers to <see cref="Ask"/>.</summary>
    public static LegacyHealth Legacy(RolloutState state, MetricReading[] readings, DateTimeOffset at)
    {
        ImmutableArray<MeasuredElsewhere> all =
        [
            .. Conditions(state, legacy: true).Select(one => Judge(state, one, readings, Variant.Legacy, null, at))
                .OrderByDescending(one => one.Fraction ?? -1),
        ];
        var measured = all.Count(one => one.Fraction is not null);
        if (all is [{ Fraction: >= 1 } worst, ..])
        {
            return new LegacyHealth(LegacyVerdict.Unhealthy, $"Legacy is not healthy, so going back may not help: {worst.Reach.Text}.", all);
        }

        return measured == 0
            ? new LegacyHealth(LegacyVerdict.NotMeasured, "Legacy is not measured: no sample of it carries a metric of a trigger.", all)
            : new LegacyHealth(
                measured == all.Length ? LegacyVerdict.Healthy : LegacyVerdict.PartlyMeasured,
                $"Legacy is within its limits by {measured} of {all.Length} conditions: {string.Join("; ", all.Where(one => one.Fraction is not null).Select(one => one.Reach.Text))}.",
                all);
    }

    /// <summary>Segments with users on new, the worst first; those without a measurement last.</summary>
    public static ImmutableArray<SegmentOutlook> Segments(RolloutState state, MetricReading[] readings, DateTimeOffset at)
    {
        var audience = StepAudience.Of(state).Without(state.TakenBack);
        return
        [
            .. from segment in Segments(state)
               let worst = Conditions(state, legacy: false).Select(one => Judge(state, one, readings, Variant.New, segment, at))
                   .Where(one => one.Fraction is not null).OrderByDescending(one => one.Fraction).FirstOrDefault()
               orderby (worst?.Fraction ?? -1) descending
               select new SegmentOutlook(segment, audience.Of(segment), worst),
        ];
    }

    /// <summary>Suggested reason: the trigger that fires next, or whose condition holds, with its numbers; null for none.</summary>
    public static string? Reason(IEnumerable<TriggerReach> triggers)
    {
        var nearest = triggers.Where(one => one.Pending is { FiresAt: not null } || one.Fraction >= 1)
            .OrderBy(one => one.Pending?.FiresAt ?? DateTimeOffset.MaxValue).FirstOrDefault();
        return nearest is null ? null
            : nearest.Nearest is { ObservedText: { } observed, LimitText: { } limit } ? $"{nearest.Trigger.Name}: {observed}, limit {limit}"
            : $"{nearest.Trigger.Name}: {nearest.Trigger.Rule.Text}";
    }

    /// <summary>Keys of the segments of the plan with users on new.</summary>
    private static IEnumerable<string> Segments(RolloutState state)
    {
        var audience = StepAudience.Of(state).Without(state.TakenBack);
        return state.Included.Concat(state.Shares.Select(share => share.Segment)).Concat(state.Plan.Segments.Select(one => one.Key))
            .Distinct().Where(segment => !state.TakenBack.Contains(segment) && audience.Of(segment) > Share.None).Take(MostSegments);
    }

    /// <summary>
    /// Conditions of triggers that undo, on a metric of new over all users. On legacy a limit by legacy's own value says nothing.
    /// </summary>
    private static IEnumerable<(string Trigger, Rule Rule)> Conditions(RolloutState state, bool legacy) =>
        (from trigger in RulesInForce.Triggers(state)
         where trigger.Action is TriggerAction.Rollback or TriggerAction.RollbackSegment or TriggerAction.StepBack
         from part in RulePart.Of(trigger.Rule, trigger.Name)
         let condition = part.Rule.Condition
         where condition.Compares() && part.Rule.Alpha is null
             && condition.Subject is { Metric: not RoundQueries.Incidents, Variant: Variant.New, Segment: null }
             && (!legacy || !IsByBaseline(condition) || state.Plan.Metric(condition.Subject.Metric)?.Baseline is Baseline.Fixed)
         select (trigger.Name, Rule: part.Rule with { For = null }))
        .DistinctBy(one => ConditionText.Format(one.Rule)).Take(MostConditions);

    private static bool IsByBaseline(Condition condition) => condition is Condition.Comparison { Limit: Limit.OfBaseline }
        or Condition.Between { Low: Limit.OfBaseline } or Condition.Between { High: Limit.OfBaseline };

    private static MetricQuery Query(RolloutState state, Rule rule, string name, Variant variant, string? segment)
    {
        var subject = rule.Condition.Subject!;
        var window = rule.Over ?? state.Judgement.Window;
        return new MetricQuery(
            name, subject.Metric, variant, variant == Variant.Legacy ? Traffic.Live : subject.Traffic ?? RulesInForce.Traffic(state),
            segment, window > state.Judgement.Sampling ? window : state.Judgement.Sampling,
            variant == Variant.Legacy ? null : state.ExposedSince);
    }

    private static MeasuredElsewhere Judge(
        RolloutState state, (string Trigger, Rule Rule) one, MetricReading[] readings, Variant variant, string? segment, DateTimeOffset at)
    {
        var subject = one.Rule.Condition.Subject! with { Variant = variant, Segment = segment };
        var rule = one.Rule with
        {
            Condition = one.Rule.Condition switch
            {
                Condition.Comparison comparison => comparison with { On = subject },
                Condition.Between range => range with { On = subject },
                var other => other,
            },
        };
        var reading = Array.Find(readings, found => found.Question == Name(one, segment));
        var (fraction, reach) = TriggerReach.Measured(state, rule, reading, new Observation(at, readings, null, false));
        return new MeasuredElsewhere(one.Trigger, reach, fraction);
    }

    private static string Name((string Trigger, Rule Rule) one, string? segment) =>
        $"{(segment is null ? "legacy" : "segment " + segment)}: {ConditionText.Format(one.Rule)}";
}
