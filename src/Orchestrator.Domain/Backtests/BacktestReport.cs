using System.Collections.Immutable;

namespace Orchestrator.Domain.Backtests;

/// <summary>Result of a backtest, in sentences with their numbers.</summary>
/// <param name="Plan">Name of the plan.</param>
/// <param name="From">Begin of the counted time.</param>
/// <param name="To">Its end.</param>
/// <param name="Step">Time between two readings.</param>
/// <param name="NoData">Share of the readings without any sample, 0 to 1.</param>
/// <param name="Triggers">The triggers, in the order of the plan.</param>
/// <param name="Criteria">The criteria.</param>
/// <param name="Power">Times until a rise is seen, by trigger and step.</param>
/// <param name="Notes">Foundations of the numbers.</param>
/// <param name="Problems">Queries that failed, with the first error of each.</param>
public sealed record BacktestReport(
    string Plan, DateTimeOffset From, DateTimeOffset To, TimeSpan Step, double NoData, ImmutableArray<TriggerBacktest> Triggers,
    ImmutableArray<CriterionBacktest> Criteria, ImmutableArray<PowerBacktest> Power, ImmutableArray<string> Notes,
    ImmutableArray<string> Problems);

/// <summary>A trigger over the history.</summary>
/// <param name="Name">Its name; several with one meaning are joined by commas.</param>
/// <param name="Rule">The rule as written.</param>
/// <param name="Asked">False when history cannot answer it; the text says why.</param>
/// <param name="Fired">Number of firings.</param>
/// <param name="Lasted">Time of all firings together, until each cleared.</param>
/// <param name="NoEvidence">Share of the readings without a verdict, 0 to 1.</param>
/// <param name="Nearest">The value nearest to its limit, or furthest beyond it; null without one.</param>
/// <param name="Episodes">The first firings; <see cref="MostEpisodes"/> at most.</param>
/// <param name="Text">The result in a sentence.</param>
public sealed record TriggerBacktest(
    string Name, string Rule, bool Asked, int Fired, TimeSpan Lasted, double NoEvidence, double? Nearest,
    ImmutableArray<BacktestEpisode> Episodes, string Text)
{
    /// <summary>Most firings that are listed.</summary>
    public const int MostEpisodes = 20;
}

/// <summary>A time in which a trigger had fired.</summary>
/// <param name="At">The firing.</param>
/// <param name="Lasted">Time until it cleared, or until the end.</param>
/// <param name="Text">The evidence.</param>
public sealed record BacktestEpisode(DateTimeOffset At, TimeSpan Lasted, string Text);

/// <summary>A criterion over the history: one window ends each hour.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rule">The rule as written.</param>
/// <param name="Asked">False when history cannot answer it; the text says why.</param>
/// <param name="Window">Length of a window.</param>
/// <param name="Windows">Number of windows.</param>
/// <param name="Met">Those in which it was met, near its limit or not.</param>
/// <param name="Near">Those of them near the limit, which is a warning.</param>
/// <param name="Breached">Those in which it was not.</param>
/// <param name="NoEvidence">Those with too little data to say.</param>
/// <param name="Text">The result in a sentence.</param>
public sealed record CriterionBacktest(
    string Name, string Rule, bool Asked, TimeSpan Window, int Windows, int Met, int Near, int Breached, int NoEvidence, string Text);

/// <summary>Time until a trigger sees a rise, on average.</summary>
/// <param name="Trigger">The trigger.</param>
/// <param name="Step">Step of the plan.</param>
/// <param name="Percentage">Share of users on new in it, in percent.</param>
/// <param name="Before">The share of events before the rise, 0 to 1.</param>
/// <param name="Rise">The share after it.</param>
/// <param name="Usual">Time at the usual traffic; null when it is not seen within a day.</param>
/// <param name="Quiet">Time at the traffic of quiet hours; null when it is not seen within a day.</param>
/// <param name="Text">The result in a sentence.</param>
public sealed record PowerBacktest(
    string Trigger, string Step, decimal Percentage, double Before, double Rise, TimeSpan? Usual, TimeSpan? Quiet, string Text);
