using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Backtests;

/// <summary>
/// A plan's triggers and criteria over the history in Prometheus before any rollout. The samples go through the code of live sources,
/// windows and verdicts; legacy stands in for the new variant. Give the answers to <see cref="Next"/> to <see cref="Take"/> until there is
/// no next question; one part of the time is in memory.
/// </summary>
public sealed class Backtest
{
    /// <summary>Most values of all answers together.</summary>
    public const long MostPoints = 30_000_000;

    /// <summary>Instants of one query.</summary>
    private const int PartSteps = 500;

    /// <summary>Legacy is compared with itself a week before: the same hour of the same day.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromDays(7);

    /// <summary>Longest time before the counted one that is read to fill windows and baselines.</summary>
    private static readonly TimeSpan LongestLead = TimeSpan.FromDays(36);

    private readonly BacktestOptions _options;
    private readonly ImmutableArray<BacktestFeed> _feeds;
    private readonly BacktestRules _rules;
    private readonly Simulator _rollout;
    private readonly RolloutState _judged;
    private readonly BacktestTally _tally;
    private readonly Queue<(long At, ImmutableArray<Sample> Samples)> _week = [];
    private readonly long _step;
    private readonly long _begin;
    private readonly long _end;
    private long _next;
    private long _points;

    private Backtest(Plan plan, BacktestOptions options)
    {
        _options = options;
        _step = (long)options.Step.TotalMilliseconds;
        _end = options.To.ToUnixTimeMilliseconds();
        var sampling = options.Step > plan.Judgement.Sampling ? options.Step : plan.Judgement.Sampling;
        _feeds = Feeds(plan, options.Environment, sampling);
        _rules = Rules(plan, _feeds);
        var lead = Lead(_rules) + (4 * options.Step);
        _begin = _end - ((long)((options.To - options.From + lead).TotalMilliseconds / _step) * _step);
        _next = _begin;
        var whole = options.To - options.From + lead + TimeSpan.FromDays(1);
        _rollout = Begun(_rules.Watched(whole), plan);
        _judged = Begun(_rules.Judged(whole), plan).State;
        _tally = new BacktestTally(plan, options, _rules, _judged);
    }

    /// <summary>A backtest of a plan that <see cref="BacktestOptions.Check"/> found nothing wrong with.</summary>
    public static Backtest Of(Plan plan, BacktestOptions options) => new(plan, options);

    /// <summary>Time before the counted one that is read, too: windows and baselines need it.</summary>
    public static TimeSpan Lead(Plan plan) => Lead(Rules(plan, Feeds(plan, "production", plan.Judgement.Sampling)));

    /// <summary>Part of the time that is done, 0 to 1.</summary>
    public double Done => Math.Clamp((double)(_next - _begin) / Math.Max(1, _end - _begin), 0, 1);

    /// <summary>Reason why it ended early; null when it did not. There is no report then.</summary>
    public string? Failure { get; private set; }

    /// <summary>The next questions, with their source; none at the end.</summary>
    public ImmutableArray<(SignalSource Source, RangeQuestion Question)> Next() => Failure is not null || _next > _end
        ? []
        : [.. from feed in _feeds from question in feed.Ask(_next, PartEnd, _step) select (feed.Source, question)];

    /// <summary>Takes the answers to the last questions, in their order.</summary>
    /// <param name="answers">One for each question.</param>
    /// <param name="stop">Ends it early, without a report.</param>
    public void Take(IReadOnlyList<RangeReading> answers, Func<bool>? stop = null)
    {
        _points += answers.Sum(answer => answer.Points);
        if (_points > MostPoints)
        {
            Failure = $"The answers have more than {MostPoints} values; take fewer days, a longer step or narrower queries.";
            return;
        }

        var end = PartEnd;
        var next = 0;
        var samples = new List<IEnumerator<ImmutableArray<Sample>>>();
        foreach (var feed in _feeds)
        {
            var asked = feed.Ask(_next, end, _step).Count();
            samples.Add(feed.Samples([.. answers.Skip(next).Take(asked)], _next, end, _step).GetEnumerator());
            next += asked;
        }

        for (var at = _next; at <= end && stop?.Invoke() != true; at += _step)
        {
            Round(at, [.. samples.SelectMany(source => source.MoveNext() ? source.Current : [])]);
        }

        if (_next == _begin && _feeds.All(feed => feed.Failed))
        {
            Failure = $"No query had an answer. {_feeds.SelectMany(feed => feed.Problems).First()}.";
        }

        _next = end + _step;
    }

    /// <summary>The result, after the last answers.</summary>
    public BacktestReport Report() =>
        _tally.Report(_rollout.Events, [.. _feeds.SelectMany(feed => feed.Problems)], _rules.ComparesWithLegacy);

    private static ImmutableArray<BacktestFeed> Feeds(Plan plan, string environment, TimeSpan sampling) =>
    [
        .. plan.Sources.Where(source => source.Kind == SourceKind.Prometheus)
            .Select(source => new BacktestFeed(plan, source, environment, sampling)),
    ];

    private static BacktestRules Rules(Plan plan, ImmutableArray<BacktestFeed> feeds)
    {
        var queries = feeds.SelectMany(feed => feed.Queries).ToArray();
        return new BacktestRules(
            plan, [.. queries.Select(query => query.Series.Name)], queries.Any(query => query.Audience.Segment is not null));
    }

    private static TimeSpan Lead(BacktestRules rules)
    {
        var lead = rules.LooksBack + (rules.ComparesWithLegacy ? Lag : TimeSpan.Zero);
        return lead < LongestLead ? lead : LongestLead;
    }

    private long PartEnd => Math.Min(_end, _next + ((PartSteps - 1) * _step));

    /// <summary>A rollout of a plan made from the original, begun one step before the first reading.</summary>
    private Simulator Begun(Plan plan, Plan original)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(_begin - _step);
        var created = new Simulator(new RolloutCommand.Create("backtest", original, 1, "history", "history", _options.Step), at);
        var rollout = new Simulator(created.State with { PlanOrNone = plan }, at);
        rollout.Command(new RolloutCommand.Start(), Actor.System);
        return rollout;
    }

    private void Round(long millis, ImmutableArray<Sample> samples)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(millis);
        // As in a scenario: the round of the samples is the only one at this instant.
        _rollout.AdvanceTo(at - TimeSpan.FromTicks(1));
        _rollout.SleepTo(at);
        _rollout.Push([.. samples, .. Legacy(millis, samples)]);
        _tally.Count(_rollout, at, samples);
    }

    /// <summary>Legacy's own samples of a week before, as legacy's of now.</summary>
    private IEnumerable<Sample> Legacy(long millis, ImmutableArray<Sample> samples)
    {
        if (!_rules.ComparesWithLegacy)
        {
            return [];
        }

        _week.Enqueue((millis, samples));
        return _week.Peek().At <= millis - (long)Lag.TotalMilliseconds
            ? _week.Dequeue().Samples.Select(sample => sample with { Variant = Variant.Legacy, At = sample.At + Lag, Id = null })
            : [];
    }
}
