using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.History;

/// <summary>
/// Near misses: from events, the times at which a condition held; from kept measurements, the nearest value. Without either the distance
/// is unknown: absence of data is never "no near miss".
/// </summary>
public static class NearMisses
{
    /// <summary>Near misses by the events alone, the closest first.</summary>
    /// <param name="watched">Triggers with their spans in force.</param>
    /// <param name="stories">Times at which conditions came true.</param>
    /// <param name="gaps">Spans without evidence.</param>
    /// <param name="until">End of the report.</param>
    public static ImmutableArray<NearMiss> Of(
        ImmutableArray<WatchedTrigger> watched, ImmutableArray<TriggerStory> stories, ImmutableArray<Gap> gaps, DateTimeOffset until)
    {
        var byTrigger = stories.ToLookup(story => story.Trigger, StringComparer.Ordinal);
        return Ordered(watched.Select(one => Of(one, [.. byTrigger[one.Trigger.Name].Where(story => Within(one, story))], gaps, until)));
    }

    /// <summary>The closest first; those about which nothing is known last.</summary>
    public static ImmutableArray<NearMiss> Ordered(IEnumerable<NearMiss> all) =>
        [.. all.OrderBy(one => one.Kind).ThenBy(one => one.Distance).ThenByDescending(one => one.Held / one.For)];

    /// <summary>
    /// Series that tell how near a trigger came, one for each condition and each traffic; none for a rule without a number to compare, for
    /// a comparison by chance, and for conditions that must hold together.
    /// </summary>
    public static IEnumerable<NearMissQuestion> Questions(WatchedTrigger watched)
    {
        if (watched.Spans.IsEmpty || !HasDistance(watched.Trigger.Rule))
        {
            yield break;
        }

        foreach (var part in RulePart.Of(watched.Trigger.Rule, ""))
        {
            var subject = part.Rule.Condition.Subject!;
            foreach (var spans in watched.Spans.GroupBy(span => subject.Traffic ?? (subject.Variant == Variant.Legacy ? Traffic.Live
                : span.Traffic)))
            {
                var query = new SeriesQuery(
                    subject.Metric, subject.Variant, spans.Key, subject.Segment, spans.First().From, spans.Last().Until,
                    part.Rule.Over ?? watched.Plan.Judgement.Window);
                yield return new NearMissQuestion(watched, part.Rule, [.. spans], query);
            }
        }
    }

    /// <summary>The near miss with what was measured; unchanged where events have an answer, or nothing was measured.</summary>
    public static NearMiss With(this NearMiss known, WatchedTrigger watched, IReadOnlyList<Approach> measured)
    {
        // Of conditions joined by "or", one without measurements may have been nearer.
        var parts = measured.GroupBy(one => one.Rule).ToArray();
        if (known.Kind != NearMissKind.Unknown || parts.Length < RulePart.Of(watched.Trigger.Rule, "").Length)
        {
            return known;
        }

        var nearest = measured.MinBy(one => one.Distance)!;
        var told = TimeSpan.FromTicks(parts.Min(part => part.Sum(one => one.Told.Ticks)));
        var unit = watched.Plan.Metric(nearest.Metric)?.Unit ?? Unit.Number;
        return known with
        {
            Kind = NearMissKind.Measured,
            Distance = nearest.Distance,
            At = nearest.At,
            Told = told < known.InForce ? told : known.InForce,
            Observed = nearest.Value,
            Limit = nearest.Limit,
            Samples = nearest.Samples,
            Text = string.Create(
                CultureInfo.InvariantCulture,
                $"{Percent(1 - nearest.Distance)} of the way to {(nearest.Limit is { } limit ? QuantityText.Format(limit, unit) : "its limit")} at {nearest.At:u}: observed {QuantityText.Format(nearest.Value, unit)} in {nearest.Samples} samples over {Durations.Rounded(nearest.Over)}. ")
                + $"Measurements are kept of {Durations.Readable(told)} of the {Durations.Readable(known.InForce)} in force, in points of {Durations.Rounded(nearest.Points)}.",
        };
    }

    /// <summary>The near miss with the reason for which no measurement tells its distance; unchanged where there is one, or has
    /// none.</summary>
    public static NearMiss Without(this NearMiss known, WatchedTrigger watched, string reason) =>
        known.Kind == NearMissKind.Unknown && HasDistance(watched.Trigger.Rule) ? known with { Text = $"{known.Text} {reason}" } : known;

    /// <summary>The nearest point of a series, within the spans of the question; null when none has enough samples.</summary>
    public static Approach? Nearest(NearMissQuestion question, MetricSeries series)
    {
        var (plan, condition) = (question.Watched.Plan, question.Rule.Condition);
        var least = Judging.MinTraffic(plan, condition);
        var metric = plan.Metric(condition.Subject!.Metric);
        Approach? nearest = null;
        var told = TimeSpan.Zero;
        foreach (var point in series.Points.Where(point => point.Samples >= least && question.Spans.Any(span => point.At > span.From
            && point.At <= span.Until)))
        {
            var baseline = metric?.Baseline is Baseline.Fixed known ? known.Quantity.Value : point.Baseline;
            if (TriggerDistance.Of(condition, point.Value, baseline) is not { } distance)
            {
                continue;
            }

            told += point.At - point.From;
            if (nearest is null || distance < nearest.Distance)
            {
                nearest = new Approach(
                    question.Rule.Text, condition.Subject.Metric, point.From, point.At, point.Value, Limit(condition, point.Value,
                        baseline), point.Samples,
                    distance, TimeSpan.Zero, TimeSpan.Zero);
            }
        }

        return nearest is null ? null : nearest with { Told = told, Points = series.Tiers.Max(tier => tier.Resolution) };
    }

    /// <summary>True for a rule whose distance is that of one number, or of the nearest of several.</summary>
    private static bool HasDistance(Rule rule) => rule.Alpha is null
        && (rule.Condition is Condition.Joined joined ? joined.Joint == Joint.Or && joined.Parts.All(IsNumber) : IsNumber(rule.Condition));

    private static bool IsNumber(Condition condition) => condition.Compares() && condition.Subject!.Metric != RoundQueries.Incidents;

    private static bool Within(WatchedTrigger watched, TriggerStory story) =>
        watched.Spans.Any(span => story.SeenAt >= span.From && story.SeenAt <= span.Until);

    private static NearMiss Of(WatchedTrigger watched, TriggerStory[] stories, ImmutableArray<Gap> gaps, DateTimeOffset until)
    {
        var (trigger, inForce) = (watched.Trigger, watched.InForce);
        var one = new NearMiss(trigger.Name, trigger.Rule.Text, trigger.Action, trigger.Level, NearMissKind.Unknown, null, null, inForce,
            TimeSpan.Zero, "")
        {
            Times = stories.Length,
            For = trigger.Rule.For,
        };
        if (Array.Find(stories, story => story.FiredAt is not null) is { } fired)
        {
            return one with
            {
                Kind = NearMissKind.Fired,
                Distance = 0,
                At = fired.FiredAt,
                Text = $"Fired at {fired.FiredAt:u}{(stories.Count(story => story.FiredAt is not null) is > 1 and var times ? $", {times} times in all" : "")}. {fired.Text}",
            };
        }

        if (stories.MaxBy(story => Held(watched, story, until)) is { } held)
        {
            var took = Held(watched, held, until);
            return one with
            {
                Kind = NearMissKind.Held,
                Distance = 0,
                At = held.Since,
                Held = took,
                Text = $"Its condition held for {Durations.Rounded(took)} from {held.Since:u} on{(trigger.Rule.For is { } needed ? $", and fires after {Durations.Format(needed)}" : "")}. {held.Text}",
            };
        }

        var missing = gaps.Where(gap => gap.Rule is null || gap.Rule.EndsWith(RoundQueries.Trigger(trigger.Name), StringComparison.Ordinal))
            .Sum(gap => Overlap(watched, gap.From, gap.Until ?? until).Ticks);
        return one with
        {
            Text = $"Its condition was not seen true in the {Durations.Readable(inForce)} in force"
                + (missing > 0 ? $", of which samples were missing for {Durations.Readable(TimeSpan.FromTicks(missing))}" : "")
                + (HasDistance(trigger.Rule) ? ". Events do not say how near it came." : ". Its rule has no single number to come near to."),
        };
    }

    private static TimeSpan Held(WatchedTrigger watched, TriggerStory story, DateTimeOffset until)
    {
        var end = story.ClearedAt ?? watched.Spans.LastOrDefault(span => span.From <= story.SeenAt)?.Until ?? until;
        return end > story.Since ? end - story.Since : TimeSpan.Zero;
    }

    private static TimeSpan Overlap(WatchedTrigger watched, DateTimeOffset from, DateTimeOffset until) =>
        TimeSpan.FromTicks(watched.Spans.Sum(span =>
        Math.Max(0, ((span.Until < until ? span.Until : until) - (span.From > from ? span.From : from)).Ticks)));

    private static double? Limit(Condition condition, double value, double? baseline) => condition switch
    {
        Condition.Comparison c => ConditionEvaluator.Value(c.Limit, baseline),
        Condition.Between b => ConditionEvaluator.Value(b.Low, baseline) is { } low && value < low ? low
            : ConditionEvaluator.Value(b.High, baseline),
        _ => null,
    };

    private static string Percent(double part) => Math.Floor((part * 100) + 1e-9).ToString("0", CultureInfo.InvariantCulture) + " %";
}

/// <summary>A series that tells how near a trigger came.</summary>
/// <param name="Watched">The trigger.</param>
/// <param name="Rule">Its rule, or one of the conditions of it.</param>
/// <param name="Spans">Spans in which it was in force with this traffic.</param>
/// <param name="Query">The series from the first of them to the last.</param>
public sealed record NearMissQuestion(WatchedTrigger Watched, Rule Rule, ImmutableArray<WatchSpan> Spans, SeriesQuery Query);

/// <summary>The nearest point of a series to a limit.</summary>
/// <param name="Rule">The condition, as written.</param>
/// <param name="Metric">Name of the metric.</param>
/// <param name="From">Exclusive start of its samples.</param>
/// <param name="At">Inclusive end of its samples.</param>
/// <param name="Value">In the base unit of the metric.</param>
/// <param name="Limit">In the same unit; null when it is unknown.</param>
/// <param name="Samples">Number behind the value.</param>
/// <param name="Distance">From 1 to 0.</param>
/// <param name="Told">Time of all points with enough samples.</param>
/// <param name="Points">Longest time of a point of the series.</param>
public sealed record Approach(
    string Rule, string Metric, DateTimeOffset From, DateTimeOffset At, double Value, double? Limit, long Samples, double Distance,
    TimeSpan Told, TimeSpan Points)
{
    /// <summary>Time of the nearest point.</summary>
    public TimeSpan Over => At - From;
}
