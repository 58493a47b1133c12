using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Backtests;

/// <summary>Counts of a backtest.</summary>
internal sealed class BacktestTally
{
    /// <summary>Time between the ends of two windows of a criterion.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private readonly Plan _plan;
    private readonly BacktestOptions _options;
    private readonly BacktestRules _rules;
    private readonly RolloutState _judged;
    private readonly RoundQuery? _queries;
    private readonly TriggerCount[] _triggers;
    private readonly CriterionCount[] _criteria;
    private readonly BacktestTraffic _traffic;

    /// <summary>True for each reading since the begin that had a sample; at most some ten thousand.</summary>
    private readonly List<bool> _sampled = [];
    private DateTimeOffset _judgedAt = DateTimeOffset.MinValue;
    private int _rounds;
    private int _empty;

    public BacktestTally(Plan plan, BacktestOptions options, BacktestRules rules, RolloutState judged)
    {
        (_plan, _options, _rules, _judged) = (plan, options, rules, judged);
        _queries = RoundQueries.For(judged);
        _triggers =
        [
            .. rules.Triggers.Where(one => one.Asked is not null)
                .Select((one, index) => new TriggerCount(one, BacktestRules.Name(index))),
        ];
        _criteria =
        [
            .. rules.Criteria.Where(one => one.Asked is not null)
                .Select((one, index) => new CriterionCount(one, judged.Phase!.Success[index])),
        ];
        _traffic = new BacktestTraffic(plan, options, rules);
    }

    /// <summary>Counts a reading.</summary>
    public void Count(Simulator rollout, DateTimeOffset at, ImmutableArray<Sample> samples)
    {
        _sampled.Add(!samples.IsEmpty);
        if (at <= _options.From)
        {
            return;
        }

        _rounds++;
        _empty += samples.IsEmpty ? 1 : 0;
        _traffic.Count(at, samples);
        foreach (var trigger in _triggers)
        {
            trigger.Count(rollout.State, rollout.Newest, at);
        }

        if (_criteria.Length > 0 && _queries is { } queries && at - _judgedAt >= Every)
        {
            _judgedAt = at;
            var seen = rollout.Ask(queries);
            foreach (var criterion in _criteria)
            {
                criterion.Count(_judged, seen, Sampled(criterion.Window));
            }
        }
    }

    public BacktestReport Report(IReadOnlyList<Happened<RolloutEvent>> events, ImmutableArray<string> problems, bool compares)
    {
        foreach (var happened in events.Where(one => one.At > _options.From))
        {
            switch (happened.Event)
            {
                case TriggerFired fired:
                    Array.Find(_triggers, one => one.Key == fired.Trigger)?.Fired(happened.At, fired.Evidence.Text);
                    break;
                case TriggerCleared cleared:
                    Array.Find(_triggers, one => one.Key == cleared.Trigger)?.Cleared(happened.At);
                    break;
            }
        }

        var sentences = new BacktestSentences(_plan, _options);
        return new BacktestReport(
            _plan.Name, _options.From, _options.To, _options.Step, _rounds == 0 ? 1 : (double)_empty / _rounds,
            [.. _rules.Triggers.Select(rule => Array.Find(_triggers, one => one.Rule == rule) is { } count
                ? sentences.Trigger(count, _rounds) : BacktestSentences.Unasked(rule))],
            [.. _rules.Criteria.Select(rule => Array.Find(_criteria, one => one.Rule == rule) is { } count
                ? sentences.Criterion(count) : BacktestSentences.UnaskedCriterion(rule))],
            [.. _traffic.Power()], [.. sentences.Notes(compares, _rounds == 0 ? 1 : (double)_empty / _rounds, _traffic)], problems);
    }

    /// <summary>Share of the readings in a window that had a sample.</summary>
    private double Sampled(TimeSpan window)
    {
        var steps = Math.Max(1, (int)Math.Ceiling(window / _options.Step));
        var within = _sampled.Skip(Math.Max(0, _sampled.Count - steps));
        return (double)within.Count(static one => one) / steps;
    }
}

/// <summary>Counts of a trigger.</summary>
/// <param name="rule">The rule.</param>
/// <param name="key">Its name in the plan of the backtest.</param>
internal sealed class TriggerCount(BacktestRule rule, string key)
{
    public BacktestRule Rule => rule;

    public string Key => key;

    /// <summary>Readings without a verdict.</summary>
    public int Unknown { get; private set; }

    /// <summary>The value nearest to the limit or furthest beyond it; null for joined conditions, and without a value.</summary>
    public double? Nearest { get; private set; }

    /// <summary>Firings, each with its end; null until it clears.</summary>
    public List<(DateTimeOffset At, DateTimeOffset? Until, string Text)> Firings { get; } = [];

    public void Count(RolloutState state, Observation? seen, DateTimeOffset at)
    {
        var asked = rule.Asked!;
        var question = RoundQueries.Trigger(key);
        if (seen is null || seen.At != at || Verdicts.Trigger(state, asked, question, seen).Holds is null)
        {
            Unknown++;
            return;
        }

        if (asked.Condition is Condition.Comparison { Operator: not (Operator.Equal or Operator.NotEqual) and var sign }
            && Watching.Find(seen, question)?.Measured.Value is { } value && double.IsFinite(value))
        {
            Nearest = Nearest is not { } nearest ? value
                : sign is Operator.Below or Operator.AtMost ? Math.Min(nearest, value) : Math.Max(nearest, value);
        }
    }

    public void Fired(DateTimeOffset at, string text) => Firings.Add((at, null, text));

    public void Cleared(DateTimeOffset at)
    {
        if (Firings is [.., { Until: null } last])
        {
            Firings[^1] = last with { Until = at };
        }
    }
}

/// <summary>Counts of a criterion.</summary>
/// <param name="rule">The rule.</param>
/// <param name="asked">The criterion of the backtest's plan.</param>
internal sealed class CriterionCount(BacktestRule rule, Criterion asked)
{
    public BacktestRule Rule => rule;

    public TimeSpan Window { get; } = asked.Rule.Windows().Max() ?? TimeSpan.Zero;

    public int Met { get; private set; }

    public int Near { get; private set; }

    public int Breached { get; private set; }

    public int Unknown { get; private set; }

    /// <summary>The newest evidence of a breach; null without one.</summary>
    public string? Example { get; private set; }

    /// <param name="state">State of the backtest's rollout.</param>
    /// <param name="seen">Answers of the windows.</param>
    /// <param name="sampled">Share of the window that had samples.</param>
    public void Count(RolloutState state, Observation seen, double sampled)
    {
        // Windows look back beyond their begin to fill a gap. Here each window is one of the share, and stands for its own time alone.
        var (verdict, evidence) = sampled < state.Judgement.Coverage
            ? (Verdict.NoEvidence, null)
            : Verdicts.Criterion(state, asked, seen);
        switch (verdict)
        {
            case Verdict.Met:
                Met++;
                break;
            case Verdict.Warning:
                Met++;
                Near++;
                break;
            case Verdict.Breached:
                Breached++;
                Example = evidence!().Text;
                break;
            default:
                Unknown++;
                break;
        }
    }
}
