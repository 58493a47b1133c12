using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Scenarios;

/// <summary>Samples that services send in a scenario: one round after the other, with the users where the rollout has them.</summary>
/// <param name="scenario">The scenario.</param>
/// <param name="metrics">Metrics of the plan.</param>
/// <param name="sampling">Interval of samples.</param>
/// <param name="find">Time of an anchor; null while its step has not begun.</param>
internal sealed class ScenarioTraffic(
    Scenario scenario, ImmutableArray<Metric> metrics, TimeSpan sampling, Func<Anchor, DateTimeOffset?> find)
{
    private readonly DateTimeOffset _midnight = new(scenario.Start.UtcDateTime.Date, TimeSpan.Zero);
    private readonly ulong _requests = Dice.Number(KnownSeries.Requests);
    private readonly Dictionary<(Sender, string?), SampleSource> _sources = [];

    /// <summary>Samples of a round.</summary>
    /// <param name="state">The rollout.</param>
    /// <param name="at">Time of the round.</param>
    /// <param name="round">Number of the round.</param>
    public IEnumerable<Sample> At(RolloutState state, DateTimeOffset at, long round)
    {
        var moment = new Moment(at, _midnight, find, scenario.Seed, round);
        if (moment.Level(scenario.Traffic, _requests) is not { } perSecond)
        {
            yield break;
        }

        var requests = perSecond * sampling.TotalSeconds;
        var parts = Parts(state).Where(part =>
            part.Of > 0 && !scenario.Silences.Any(silence => silence.Of == part.Sender && moment.Within(silence.Span))).ToArray();
        foreach (var (sender, segment, of) in parts)
        {
            // A counter that is given for a variant is split over its samples.
            var all = parts.Where(part => part.Sender == sender).Sum(part => part.Of);
            yield return Source(sender, segment).At(of * requests, of / all, moment);
        }
    }

    /// <summary>Parts of all requests, by sender and segment.</summary>
    private IEnumerable<(Sender Sender, ScenarioSegment? Segment, double Of)> Parts(RolloutState state)
    {
        var serving = state is { Serving: true, AwaitingConfirmation: null };
        var audience = serving ? StepAudience.Of(state) : StepAudience.None;
        var mirrored = serving && state.Phase is { Shadow: true };
        var rest = 1.0;
        foreach (var segment in scenario.Segments)
        {
            var share = segment.Share.Fraction;
            rest -= share;
            foreach (var part in Split(segment, share, state.TakenBack.Contains(segment.Key) ? 0 : audience.Of(segment.Key).Fraction))
            {
                yield return part;
            }
        }

        foreach (var part in Split(null, Math.Max(0, rest), audience.Percentage.Fraction))
        {
            yield return part;
        }

        IEnumerable<(Sender, ScenarioSegment?, double)> Split(ScenarioSegment? segment, double share, double onNew) =>
            mirrored
                ? [(Sender.Shadow, segment, share), (Sender.Legacy, segment, share)]
                : [(Sender.New, segment, share * onNew), (Sender.Legacy, segment, share * (1 - onNew))];
    }

    private SampleSource Source(Sender sender, ScenarioSegment? segment)
    {
        if (!_sources.TryGetValue((sender, segment?.Key), out var source))
        {
            var signals = segment is null ? scenario.Signals : segment.Signals.On(scenario.Signals);
            _sources[(sender, segment?.Key)] = source =
                new SampleSource(sender, segment?.Key, signals.Of(sender), metrics, scenario.Counters, sampling);
        }

        return source;
    }
}

/// <summary>One round of a scenario.</summary>
internal readonly record struct Moment(
    DateTimeOffset At, DateTimeOffset Midnight, Func<Anchor, DateTimeOffset?> Find, long Seed, long Round)
{
    /// <summary>A number now; null in a gap.</summary>
    public double? Level(SignalLevel level, ulong name) =>
        level.At(At, Midnight, Find, level.Noise > 0 ? Dice.Throw(Seed, name, Round) : 0);

    /// <summary>True for an instant after the begin of a span, up to its end.</summary>
    public bool Within(ScenarioSpan span) => Find(span.At) is { } from && At > from && At - from <= span.For;
}

/// <summary>Sender of samples for one variant and segment.</summary>
internal sealed class SampleSource
{
    private readonly Sender _sender;
    private readonly string? _segment;
    private readonly TimeSpan _sampling;
    private readonly ImmutableArray<(Metric Metric, SignalLevel Level, ulong Name)> _levels;
    private readonly ImmutableArray<(string Series, SignalLevel Level, ulong Name)> _counters;
    private readonly string[] _denominators;

    /// <summary>Counters of all ratios of the plan: where one is not counted, no ratio may read it as zero.</summary>
    private readonly string[] _parts;

    /// <summary>
    /// Parts of events that were not sent yet, by counter: 0.4 errors a round are two errors in five rounds. Each begins with a half, so
    /// that a sum is rounded and not cut off.
    /// </summary>
    private readonly Dictionary<string, double> _carried = new(StringComparer.Ordinal);

    public SampleSource(
        Sender sender, string? segment, ImmutableArray<MetricLevel> levels, ImmutableArray<Metric> metrics,
        ImmutableArray<CounterLevel> counters, TimeSpan sampling)
    {
        (_sender, _segment, _sampling) = (sender, segment, sampling);
        var salt = $"{sender}/{segment}/";
        _levels = [.. levels.Select(one => (one.Metric, one.Level, Dice.Number(salt + one.Metric.Name)))];
        _counters = [.. counters.Select(one => (one.Series, one.Level, Dice.Number(salt + one.Series)))];
        _parts =
        [
            .. metrics.Select(metric => metric.Source).OfType<MetricSource.Ratio>()
                .SelectMany(ratio => (string[])[ratio.Numerator, ratio.Denominator]).Distinct(),
        ];
        _denominators =
        [
            .. _levels.Select(one => (one.Metric.Source as MetricSource.Ratio)?.Denominator).OfType<string>().Distinct()
                .Where(series => series != KnownSeries.Requests && counters.All(one => one.Series != series)),
        ];
    }

    /// <summary>The sample of a round.</summary>
    /// <param name="expected">Requests.</param>
    /// <param name="part">Part of the counters of the variant that this sender reports.</param>
    /// <param name="moment">The round.</param>
    public Sample At(double expected, double part, Moment moment)
    {
        var seconds = _sampling.TotalSeconds * part;
        var requests = Whole(KnownSeries.Requests, expected);
        var counted = new Dictionary<string, long>(StringComparer.Ordinal) { [KnownSeries.Requests] = requests };
        foreach (var (series, level, name) in _counters)
        {
            if (moment.Level(level, name) is { } perSecond)
            {
                counted[series] = Whole(series, perSecond * seconds);
            }
        }

        // A denominator without a number of its own happens once a request: a message sent, a callback started.
        foreach (var series in _denominators)
        {
            counted[series] = requests;
        }

        var gauges = ImmutableArray.CreateBuilder<SampleGauge>();
        Dictionary<string, SortedList<double, double>>? ranks = null;
        foreach (var (metric, level, name) in _levels)
        {
            if (moment.Level(level, name) is not { } value)
            {
                continue;
            }

            switch (metric.Source)
            {
                case MetricSource.Ratio ratio when counted.TryGetValue(ratio.Denominator, out var whole):
                    counted[ratio.Numerator] = Math.Min(whole, Whole(ratio.Numerator, Math.Min(1, value) * whole));
                    break;
                case MetricSource.Rate rate:
                    counted[rate.Series] = Whole(rate.Series, value * seconds);
                    break;
                case MetricSource.Count count:
                    counted[count.Series] = Whole(count.Series, value * seconds);
                    break;
                case MetricSource.Gauge gauge:
                    gauges.Add(new SampleGauge(gauge.Series, value));
                    break;
                case MetricSource.Quantile quantile:
                    ranks ??= new Dictionary<string, SortedList<double, double>>(StringComparer.Ordinal);
                    if (!ranks.TryGetValue(quantile.Series, out var list))
                    {
                        ranks[quantile.Series] = list = new SortedList<double, double>();
                    }

                    list[quantile.Rank] = value;
                    break;
            }
        }

        return new Sample(
            0, null, moment.At, _sender == Sender.Legacy ? Variant.Legacy : Variant.New,
            _sender == Sender.Shadow ? Traffic.Shadow : Traffic.Live, _segment,
            [.. counted.Select(one => new SampleCounter(one.Key, one.Value))], gauges.ToImmutable(),
            ranks is null ? [] : [.. ranks.Select(one => new SampleDistribution(one.Key, Spread(one.Value, requests)))],
            [.. _parts.Where(series => !counted.ContainsKey(series))]);
    }

    /// <summary>
    /// Observations with these quantiles. Each value covers the ranks from half way to the one below it to half way to the one above it:
    /// so bounds near a rank have its value too. A higher rank is never below a lower one.
    /// </summary>
    internal static ImmutableArray<Observed> Spread(SortedList<double, double> ranks, long observations)
    {
        var values = ImmutableArray.CreateBuilder<Observed>(ranks.Count);
        long placed = 0;
        var least = 0.0;
        for (var i = 0; i < ranks.Count; i++)
        {
            least = Math.Max(least, ranks.Values[i]);
            var upTo = i == ranks.Count - 1 ? 1 : (ranks.Keys[i] + ranks.Keys[i + 1]) / 2;
            var next = i == ranks.Count - 1 ? observations : Math.Min(observations, (long)Math.Ceiling(upTo * observations));
            if (next > placed)
            {
                values.Add(new Observed(least, next - placed));
                placed = next;
            }
        }

        return values.ToImmutable();
    }

    private long Whole(string series, double expected)
    {
        var sum = _carried.GetValueOrDefault(series, 0.5) + expected;

        // A sum of tenths may fall short of a whole by the last bit.
        var whole = Math.Floor(sum + 1e-9);
        _carried[series] = sum - whole;
        return (long)whole;
    }
}
