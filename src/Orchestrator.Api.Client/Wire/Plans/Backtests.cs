namespace Orchestrator.Api.Client;

/// <summary>Triggers and criteria of a plan on the history in Prometheus.</summary>
public sealed record Backtest
{
    /// <summary>Name of the plan.</summary>
    public string Plan { get; init; } = "";

    /// <summary>Begin of the counted time.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End of the counted time.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Time between two readings.</summary>
    public string Step { get; init; } = "";

    /// <summary>Share of the readings without any sample, 0 to 1.</summary>
    public double NoData { get; init; }

    /// <summary>Triggers, in the order of the plan.</summary>
    public IReadOnlyList<TriggerBacktest> Triggers { get; init; } = [];

    /// <summary>Criteria.</summary>
    public IReadOnlyList<CriterionBacktest> Criteria { get; init; } = [];

    /// <summary>Times until a rise is seen, by trigger and step.</summary>
    public IReadOnlyList<PowerBacktest> Power { get; init; } = [];

    /// <summary>Foundations of the numbers, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Queries that failed, with the first error of each.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}

/// <summary>A trigger over the history.</summary>
public sealed record TriggerBacktest
{
    /// <summary>Name; several with one meaning are joined by commas.</summary>
    public string Name { get; init; } = "";

    /// <summary>The rule as written.</summary>
    public string Rule { get; init; } = "";

    /// <summary>False when history cannot answer it; the text says why.</summary>
    public bool Asked { get; init; }

    /// <summary>Number of firings.</summary>
    public int Fired { get; init; }

    /// <summary>Time of all firings together, until each cleared.</summary>
    public string Lasted { get; init; } = "";

    /// <summary>Share of the readings without a verdict, 0 to 1.</summary>
    public double NoEvidence { get; init; }

    /// <summary>Value nearest to the limit, or furthest beyond it, in the base unit of the metric; null without one.</summary>
    public double? Nearest { get; init; }

    /// <summary>The first firings; 20 at most.</summary>
    public IReadOnlyList<BacktestEpisode> Episodes { get; init; } = [];

    /// <summary>The result in a sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A time in which a trigger had fired.</summary>
public sealed record BacktestEpisode
{
    /// <summary>The firing.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Time until it cleared, or until the end.</summary>
    public string Lasted { get; init; } = "";

    /// <summary>The evidence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A criterion over the history: one window ends each hour.</summary>
public sealed record CriterionBacktest
{
    /// <summary>Name; several with one meaning are joined by commas.</summary>
    public string Name { get; init; } = "";

    /// <summary>The rule as written.</summary>
    public string Rule { get; init; } = "";

    /// <summary>False when history cannot answer it; the text says why.</summary>
    public bool Asked { get; init; }

    /// <summary>Length of a window.</summary>
    public string Window { get; init; } = "";

    /// <summary>Number of windows.</summary>
    public int Windows { get; init; }

    /// <summary>Windows in which it was met, near its limit or not.</summary>
    public int Met { get; init; }

    /// <summary>Those of them near the limit, which is a warning.</summary>
    public int Near { get; init; }

    /// <summary>Windows in which it was not met.</summary>
    public int Breached { get; init; }

    /// <summary>Windows with too little data to say.</summary>
    public int NoEvidence { get; init; }

    /// <summary>The result in a sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Time until a trigger sees a rise, on average.</summary>
public sealed record PowerBacktest
{
    /// <summary>Trigger.</summary>
    public string Trigger { get; init; } = "";

    /// <summary>Step of the plan.</summary>
    public string Step { get; init; } = "";

    /// <summary>Share of users on new in it, 0 to 100.</summary>
    public decimal Percentage { get; init; }

    /// <summary>Share of events before the rise, 0 to 1.</summary>
    public double Before { get; init; }

    /// <summary>Share of events after it, 0 to 1.</summary>
    public double Rise { get; init; }

    /// <summary>Time at the usual traffic; null when it is not seen within a day.</summary>
    public string? Usual { get; init; }

    /// <summary>Time at the traffic of quiet hours; null when it is not seen within a day.</summary>
    public string? Quiet { get; init; }

    /// <summary>The result in a sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Time and grain of a backtest.</summary>
public sealed record BacktestQuery : QueryValues
{
    /// <summary>Days until now, 1 to 90; null for 30.</summary>
    public int? Days { get; init; }

    /// <summary>Time between two readings, such as <c>5m</c>; null for one that fits the days.</summary>
    public string? Step { get; init; }

    /// <summary>Value of <c>$environment</c> in queries; null for production.</summary>
    public string? Environment { get; init; }

    /// <summary>
    /// Rises of ratios whose times are computed, such as <c>error_rate=0.3%</c>, with commas between them; null for 1.5 times each limit.
    /// </summary>
    public string? Rise { get; init; }

    /// <summary>Revision; null for the newest.</summary>
    public int? Revision { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("days", Days);
        query.Add("step", Step);
        query.Add("environment", Environment);
        query.Add("rise", Rise);
        query.Add("revision", Revision);
    }
}
