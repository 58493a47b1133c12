using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Backtests;

/// <summary>Traffic of the history by hour, and the time until triggers on ratios see a rise at that traffic.</summary>
internal sealed class BacktestTraffic(Plan plan, BacktestOptions options, BacktestRules rules)
{
    /// <summary>Share of the hours that are quieter than a quiet hour.</summary>
    private const double QuietShare = 0.05;

    /// <summary>A rise, unless one is given: this many times the limit.</summary>
    private const double UsualRise = 1.5;

    /// <summary>Growth of counters by hour, and the readings of the hour with a sample.</summary>
    private readonly Dictionary<string, Dictionary<long, (long Count, int Readings)>> _hours = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _sums = new(StringComparer.Ordinal);

    public void Count(DateTimeOffset at, ImmutableArray<Sample> samples)
    {
        var hour = at.ToUnixTimeSeconds() / 3600;
        foreach (var counters in samples.SelectMany(sample => sample.Counters).GroupBy(counter => counter.Series))
        {
            var count = counters.Sum(counter => counter.Value);
            if (!_hours.TryGetValue(counters.Key, out var hours))
            {
                _hours[counters.Key] = hours = [];
            }

            var known = hours.GetValueOrDefault(hour);
            hours[hour] = (known.Count + count, known.Readings + 1);
            _sums[counters.Key] = _sums.GetValueOrDefault(counters.Key) + count;
        }
    }

    /// <summary>Usual and quiet traffic per second of a counter; null without any.</summary>
    public (double Usual, double Quiet)? PerSecond(string series)
    {
        if (!_hours.TryGetValue(series, out var hours))
        {
            return null;
        }

        var rates = hours.Values.Select(one => one.Count / (one.Readings * options.Step.TotalSeconds)).Order().ToArray();
        return (rates[rates.Length / 2], rates[(int)(rates.Length * QuietShare)]);
    }

    /// <summary>Each trigger on a ratio with an upper limit, at each step in which it is in force.</summary>
    public IEnumerable<PowerBacktest> Power()
    {
        foreach (var rule in rules.Triggers)
        {
            if (rule.Asked is not { Alpha: null } asked
                || asked.Condition is not Condition.Comparison { Operator: Operator.Above or Operator.AtLeast } condition
                || plan.Metric(condition.On.Metric) is not { Source: MetricSource.Ratio ratio } metric || condition.On.Segment is not null
                || PerSecond(ratio.Denominator) is not { } traffic || _sums.GetValueOrDefault(ratio.Denominator) == 0)
            {
                continue;
            }

            var before = (double)_sums.GetValueOrDefault(ratio.Numerator) / _sums[ratio.Denominator];
            var limit = ConditionEvaluator.Value(condition.Limit, metric.Baseline is Baseline.Fixed known ? known.Quantity.Value : before);
            if (limit is not { } bar || bar >= 1)
            {
                continue;
            }

            var rise = Math.Min(1, options.Rises.TryGetValue(metric.Name, out var given) ? given : UsualRise * bar);
            if (rise <= bar)
            {
                continue;
            }

            foreach (var (step, share) in Steps(rule.Trigger!))
            {
                yield return Of(rule, asked, metric, step, share, traffic, before, bar, rise);
            }
        }
    }

    private PowerBacktest Of(
        BacktestRule rule, Rule asked, Metric metric, string step, Share share, (double Usual, double Quiet) traffic, double before,
        double limit, double rise)
    {
        var window = asked.Over ?? plan.Judgement.Window;
        var sampling = plan.Judgement.Sampling;
        var detection = new DetectionTime(
            sampling, window > sampling ? window : sampling, asked.For ?? TimeSpan.Zero,
            metric.MinSamples ?? plan.Judgement.MinTraffic, limit);
        var usual = detection.After(traffic.Usual * share.Fraction, before, rise);
        var quiet = detection.After(traffic.Quiet * share.Fraction, before, rise);
        string Shown(double value) => QuantityText.Format(value, Unit.Ratio);
        string Rate(double perSecond) => perSecond.ToString(perSecond >= 10 ? "0" : "0.##", CultureInfo.InvariantCulture) + " requests/s";
        string Seen(TimeSpan? after, double perSecond) => after is { } time ? $"after {Durations.Rounded(time)}"
            : perSecond * share.Fraction * window.TotalSeconds < detection.Least
                ? $"never: its window of {Durations.Format(window)} has {perSecond * share.Fraction * window.TotalSeconds:0.#} requests on new, and needs {detection.Least}"
                : $"not within a day: its window of {Durations.Format(window)} has {perSecond * share.Fraction * window.TotalSeconds * rise:0.#} events, so it clears again and again";
        return new PowerBacktest(
            rule.Name, step, share.Percent, before, rise, usual, quiet, string.Create(CultureInfo.InvariantCulture,
            $"{rule.Name}: at this traffic ({Rate(traffic.Usual)}) a rise of {metric.Name} from {Shown(before)} to {Shown(rise)} is seen {Seen(usual, traffic.Usual)} at {share} (step {step}); in quiet hours ({Rate(traffic.Quiet)}) {Seen(quiet, traffic.Quiet)}."));
    }

    /// <summary>Steps in which a trigger is in force, with a share of users on new that a plan knows.</summary>
    private IEnumerable<(string Step, Share Share)> Steps(Trigger trigger)
    {
        var audience = StepAudience.None;
        var shown = new HashSet<Share>();
        foreach (var (index, phase) in plan.Phases.Index())
        {
            foreach (var (at, step) in phase.Steps.Index())
            {
                audience = audience.With(step);
                if (audience.Percentage > Share.None
                    && RulesInForce.Triggers(plan, index, at).Any(one => one.Rule.MeansTheSameAs(trigger.Rule))
                    && shown.Add(audience.Percentage))
                {
                    yield return (step.Name, audience.Percentage);
                }
            }
        }
    }
}
