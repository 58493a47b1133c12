using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Backtests;

/// <summary>The counts of a backtest as sentences.</summary>
internal sealed class BacktestSentences(Plan plan, BacktestOptions options)
{
    private string Span => Days(options.To - options.From);

    public static TriggerBacktest Unasked(BacktestRule rule) => new(
        rule.Name, rule.Rule.Text, false, 0, TimeSpan.Zero, 1, null, [], $"{rule.Name} ({rule.Rule.Text}) is not tested: {rule.Why}.");

    public static CriterionBacktest UnaskedCriterion(BacktestRule rule) => new(
        rule.Name, rule.Rule.Text, false, TimeSpan.Zero, 0, 0, 0, 0, 0, $"{Named(rule)} is not tested: {rule.Why}.");

    public TriggerBacktest Trigger(TriggerCount count, int rounds)
    {
        var unknown = rounds == 0 ? 1 : (double)count.Unknown / rounds;
        var lasted = TimeSpan.FromTicks(count.Firings.Sum(one => ((one.Until ?? options.To) - one.At).Ticks));
        var name = $"{count.Rule.Name} ({count.Rule.Rule.Text})";
        var nearest = count.Nearest is { } value && count.Rule.Asked!.Condition.Subject is { } subject
            ? $" The {(count.Rule.Asked.Condition is Condition.Comparison { Operator: Operator.Below or Operator.AtMost } ? "lowest" : "highest")} value was {QuantityText.Format(value, plan.Metric(subject.Metric)?.Unit ?? Unit.Number)}."
            : "";
        var text = count.Unknown == rounds ? $"{name} cannot be judged: there is no evidence in {Span}."
            : count.Firings.Count == 0 ? $"{name} would not have fired in {Span} without any rollout.{nearest}{Unknown(unknown)}"
            : $"{name} would have fired {Times(count.Firings.Count)} in {Span} without any rollout, {Durations.Rounded(lasted)} in all: {Why(count.Rule)}.{nearest}{Unknown(unknown)}";
        return new TriggerBacktest(
            count.Rule.Name, count.Rule.Rule.Text, true, count.Firings.Count, lasted, unknown, count.Nearest,
            [
                .. count.Firings.Take(TriggerBacktest.MostEpisodes)
                    .Select(one => new BacktestEpisode(one.At, (one.Until ?? options.To) - one.At, one.Text)),
            ],
            text);
    }

    public CriterionBacktest Criterion(CriterionCount count)
    {
        var windows = count.Met + count.Breached + count.Unknown;
        var length = count.Window < TimeSpan.FromDays(7) && count.Window.Ticks % TimeSpan.TicksPerHour == 0
            ? $"{count.Window.TotalHours:0}h"
            : Durations.Format(count.Window);
        var text = windows == count.Unknown
            ? $"{Named(count.Rule)} cannot be judged: no window of {length} in {Span} has evidence enough."
            : $"{Named(count.Rule)} would have been met in {Percent((double)count.Met / windows)} of {windows} windows of {length}"
                + (count.Near > 0 ? $", in {Percent((double)count.Near / windows)} near its limit" : "")
                + (count.Breached > 0 ? $"; breached in {Percent((double)count.Breached / windows)}" : "")
                + (count.Unknown > 0 ? $"; without evidence in {Percent((double)count.Unknown / windows)}, which counts as not met" : "")
                + "." + (count.Example is { } example ? $" The newest breach: {example}" : "");
        return new CriterionBacktest(
            count.Rule.Name, count.Rule.Rule.Text, true, count.Window, windows, count.Met, count.Near, count.Breached, count.Unknown, text);
    }

    /// <summary>Foundations of the numbers.</summary>
    public IEnumerable<string> Notes(bool compares, double empty, BacktestTraffic traffic)
    {
        yield return $"Legacy's traffic from {options.From:u} to {options.To:u}, read every {Durations.Format(options.Step)}. Legacy stands in for the new variant.";
        if (compares)
        {
            yield return "A baseline of legacy is legacy's own value a week before: there was no second variant to compare with. Met and fired then tell how much legacy differs from itself.";
        }

        if (options.Step > plan.Judgement.Sampling)
        {
            var window = 2 * options.Step;
            yield return $"A rollout reads every {Durations.Format(plan.Judgement.Sampling)}. Here windows and times in 'for' are those of a step of {Durations.Format(options.Step)}: a window of less than {Durations.Format(window)} is {Durations.Format(window)} long, and a shorter spike is averaged over it. A shorter step sees more.";
        }

        if (empty > 0)
        {
            yield return $"{Percent(empty)} of the time has no data. It counts as no evidence, never as met.";
        }

        if (traffic.Power().Any())
        {
            yield return "The time until a rise is seen is an average at constant traffic, at the sampling of the plan. Chance makes it shorter or longer.";
        }
    }

    private static string Named(BacktestRule rule) => rule.Name == rule.Rule.Text ? rule.Name : $"{rule.Name} ({rule.Rule.Text})";

    private static string Why(BacktestRule rule) => rule.Asked!.Condition.Leaves().All(leaf => leaf is Condition.Absent)
        ? "legacy's own numbers were absent"
        : "the limit is inside the noise";

    private static string Unknown(double share) => share > 0 ? $" {Percent(share)} of the time has no evidence for it." : "";

    private static string Times(int count) => count switch { 1 => "once", 2 => "twice", _ => string.Create(CultureInfo.InvariantCulture, $"{count} times") };

    private static string Days(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0.#} {(span.TotalDays == 1 ? "day" : "days")}");

    private static string Percent(double share) => share is > 0 and < 0.001 ? "less than 0.1%"
        : share is < 1 and > 0.999 ? "more than 99.9%"
        : string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#}%");
}
