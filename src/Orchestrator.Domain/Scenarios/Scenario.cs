using System.Collections.Immutable;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Domain.Scenarios;

/// <summary>
/// Weather for a plan, with its expected outcome: a unit test of a strategy. The same scenario gives the same events, always: noise is
/// drawn from its seed.
/// </summary>
public sealed record Scenario
{
    /// <summary>Most simulated rounds: it bounds the work of one scenario.</summary>
    public const int MostRounds = 100_000;

    /// <summary>Start unless given.</summary>
    public static readonly DateTimeOffset Monday = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Name, unique in its file.</summary>
    public required string Name { get; init; }

    /// <summary>Display text; null takes the name.</summary>
    public string? Title { get; init; }

    /// <summary>Line in its file, from 1; 0 when it is in none.</summary>
    public int Line { get; init; }

    /// <summary>Seed of all noise.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Start of the rollout: a Monday morning unless given.</summary>
    public DateTimeOffset Start { get; init; } = Monday;

    /// <summary>Environment of the rollout.</summary>
    public string Environment { get; init; } = "production";

    /// <summary>Step in which it begins, by overrides; null for the first.</summary>
    public string? Begin { get; init; }

    /// <summary>Simulated time.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Least sampling interval; zero for the plan's own.</summary>
    public TimeSpan SamplingFloor { get; init; }

    /// <summary>Requests of all users per second.</summary>
    public required SignalLevel Traffic { get; init; }

    /// <summary>Counters that are no metric, for each variant that serves, per second.</summary>
    public ImmutableArray<CounterLevel> Counters { get; init; } = [];

    /// <summary>Values of metrics.</summary>
    public VariantSignals Signals { get; init; } = VariantSignals.None;

    /// <summary>Segments whose users are known by their share of all users; they do not overlap.</summary>
    public ImmutableArray<ScenarioSegment> Segments { get; init; } = [];

    /// <summary>Times in which one variant sends nothing.</summary>
    public ImmutableArray<Silence> Silences { get; init; } = [];

    /// <summary>Times in which the orchestrator is down.</summary>
    public ImmutableArray<ScenarioRestart> Restarts { get; init; } = [];

    /// <summary>Alerts of the monitoring system.</summary>
    public ImmutableArray<ScenarioAlert> Alerts { get; init; } = [];

    /// <summary>Answers of people to reviews; the first that fits counts. A review that none fits is not answered.</summary>
    public ImmutableArray<ReviewAnswer> Reviews { get; init; } = [];

    /// <summary>Time from the begin of a phase until people tick its objectives; null when they do not.</summary>
    public TimeSpan? ObjectivesAfter { get; init; }

    /// <summary>Commands of people.</summary>
    public ImmutableArray<ScenarioCommand> Commands { get; init; } = [];

    /// <summary>The expected outcome.</summary>
    public ExpectedOutcome Expect { get; init; } = new();
}

/// <summary>An instant of a scenario.</summary>
/// <param name="Step">Step from whose first begin it counts; null for the start of the scenario.</param>
/// <param name="After">Time from there.</param>
public sealed record Anchor(string? Step, TimeSpan After)
{
    /// <summary>Display text: <c>1h</c>, or <c>2d after the begin of 3b</c>.</summary>
    public string Text => Step is null ? Durations.Format(After)
        : After == TimeSpan.Zero ? $"the begin of {Step}" : $"{Durations.Format(After)} after the begin of {Step}";
}

/// <summary>A span of a scenario.</summary>
/// <param name="At">Its begin.</param>
/// <param name="For">Its length.</param>
public sealed record ScenarioSpan(Anchor At, TimeSpan For);

/// <summary>A time in which the orchestrator is down.</summary>
/// <param name="Span">The time.</param>
/// <param name="Late">True when senders keep their samples and send them on return; false when those are lost.</param>
public sealed record ScenarioRestart(ScenarioSpan Span, bool Late);

/// <summary>Senders of a scenario.</summary>
public enum Sender
{
    /// <summary>The new variant, live.</summary>
    New,

    /// <summary>The legacy variant, live.</summary>
    Legacy,

    /// <summary>The new variant, for mirrored requests.</summary>
    Shadow,
}

/// <summary>A time in which a sender sends nothing.</summary>
/// <param name="Of">The sender.</param>
/// <param name="Span">The time.</param>
public sealed record Silence(Sender Of, ScenarioSpan Span);

/// <summary>An alert that fires for a time.</summary>
/// <param name="Name">Name that the plan reads.</param>
/// <param name="Span">The time.</param>
public sealed record ScenarioAlert(string Name, ScenarioSpan Span);

/// <summary>A metric with its value over time.</summary>
/// <param name="Metric">The metric of the plan.</param>
/// <param name="Level">Its value, in the unit of the metric; per second for a rate and a count.</param>
public sealed record MetricLevel(Metric Metric, SignalLevel Level);

/// <summary>A counter with its growth per second.</summary>
public sealed record CounterLevel(string Series, SignalLevel Level);

/// <summary>Values of metrics by sender.</summary>
public sealed record VariantSignals(
    ImmutableArray<MetricLevel> New, ImmutableArray<MetricLevel> Legacy, ImmutableArray<MetricLevel> Shadow)
{
    /// <summary>No metric has a value.</summary>
    public static VariantSignals None { get; } = new([], [], []);

    /// <summary>Values of a sender. What is not given for shadow is as for new.</summary>
    public ImmutableArray<MetricLevel> Of(Sender sender) => sender switch
    {
        Sender.New => New,
        Sender.Legacy => Legacy,
        _ => Over(New, Shadow),
    };

    /// <summary>These values, and those of <paramref name="below"/> for other metrics.</summary>
    public VariantSignals On(VariantSignals below) => new(Over(below.New, New), Over(below.Legacy, Legacy), Over(below.Shadow, Shadow));

    private static ImmutableArray<MetricLevel> Over(ImmutableArray<MetricLevel> below, ImmutableArray<MetricLevel> above) =>
        [.. below.Where(one => above.All(other => other.Metric.Name != one.Metric.Name)), .. above];
}

/// <summary>A segment of a scenario.</summary>
/// <param name="Key">Its key in the plan.</param>
/// <param name="Share">Share of all users who belong to it.</param>
/// <param name="Signals">Values of metrics of its users, where they differ.</param>
public sealed record ScenarioSegment(string Key, Share Share, VariantSignals Signals);

/// <summary>Answer of people to a review.</summary>
/// <param name="Decision">Their answer.</param>
/// <param name="After">Time from the opening of the review.</param>
/// <param name="Step">Step of the review; null for any.</param>
/// <param name="Trigger">Trigger that opened it; null for any, and for reviews of the plan.</param>
/// <param name="Reason">Reason; null for none.</param>
public sealed record ReviewAnswer(ReviewDecisionKind Decision, TimeSpan After, string? Step, string? Trigger, string? Reason);

/// <summary>Answers to a review.</summary>
public enum ReviewDecisionKind
{
    /// <summary>As many people as needed say go.</summary>
    Approve,

    /// <summary>One person says no-go.</summary>
    Reject,

    /// <summary>No answer.</summary>
    None,
}

/// <summary>A command of a person.</summary>
/// <param name="At">Its time.</param>
/// <param name="Do">The verb.</param>
/// <param name="Reason">Reason; null for none.</param>
/// <param name="Segments">Segments that it is about; empty for everyone.</param>
public sealed record ScenarioCommand(Anchor At, string Do, string? Reason, ImmutableArray<string> Segments)
{
    /// <summary>Every verb.</summary>
    public static ImmutableArray<string> Verbs { get; } =
    [
        "pause", "resume", "advance", "step-back", "rollback", "restore", "keep-back", "abort", "stop-the-line", "resume-the-line",
    ];
}

/// <summary>The expected outcome of a scenario; what is null or empty is not checked.</summary>
public sealed record ExpectedOutcome
{
    /// <summary>Status at the end.</summary>
    public Expected<RolloutStatus>? Status { get; init; }

    /// <summary>Step at the end.</summary>
    public Expected<string>? Step { get; init; }

    /// <summary>Share of users on new at the end.</summary>
    public Expected<Share>? Percentage { get; init; }

    /// <summary>Number of incidents opened.</summary>
    public Expected<long>? Incidents { get; init; }

    /// <summary>Triggers that fire, in order, and no other.</summary>
    public Expected<ImmutableArray<string>>? Fires { get; init; }

    /// <summary>A rollback by a trigger in a time.</summary>
    public Expected<ExpectedRollback>? RollsBack { get; init; }

    /// <summary>Steps with the times in which they begin.</summary>
    public ImmutableArray<Expected<ExpectedStep>> Reached { get; init; } = [];

    /// <summary>States at instants.</summary>
    public ImmutableArray<Expected<ExpectedInstant>> At { get; init; } = [];

    /// <summary>True when nothing is checked.</summary>
    public bool IsEmpty =>
        Status is null && Step is null && Percentage is null && Incidents is null && Fires is null && RollsBack is null && Reached.IsEmpty
        && At.IsEmpty;
}

/// <summary>An expectation at its place in the file.</summary>
/// <param name="Value">The expectation.</param>
/// <param name="Line">Line, from 1; 0 when it is in no file.</param>
public sealed record Expected<T>(T Value, int Line);

/// <summary>An expected rollback.</summary>
/// <param name="By">Trigger.</param>
/// <param name="From">Begin of the fault, from which the time counts.</param>
/// <param name="Within">Longest time from there; null for any.</param>
public sealed record ExpectedRollback(string By, Anchor From, TimeSpan? Within);

/// <summary>An expected first begin of a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="By">Latest begin, from the start of the scenario; null for any.</param>
/// <param name="NotBefore">Earliest begin; null for any.</param>
public sealed record ExpectedStep(string Step, TimeSpan? By, TimeSpan? NotBefore);

/// <summary>An expected state at an instant.</summary>
/// <param name="At">The instant.</param>
/// <param name="Status">Status; null for any.</param>
/// <param name="Step">Step; null for any.</param>
/// <param name="Percentage">Share of users on new; null for any.</param>
public sealed record ExpectedInstant(Anchor At, RolloutStatus? Status, string? Step, Share? Percentage);
