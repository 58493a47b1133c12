namespace Orchestrator.Api.Client;

/// <summary>Earliest dates of the steps of a plan.</summary>
public sealed record PlanSchedule
{
    /// <summary>Start of the rollout.</summary>
    public DateTimeOffset Start { get; init; }

    /// <summary>Earliest end; null when the calendar never opens again.</summary>
    public DateTimeOffset? Ends { get; init; }

    /// <summary>Steps.</summary>
    public IReadOnlyList<PlannedStep> Steps { get; init; } = [];

    /// <summary>All of it in one or two sentences.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Earliest dates of a step.</summary>
public sealed record PlannedStep
{
    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Step.</summary>
    public string Step { get; init; } = "";

    /// <summary>Share of all users on new, 0 to 100.</summary>
    public decimal Percentage { get; init; }

    /// <summary>Users on new, in words.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Begin; null when the calendar never opens before it.</summary>
    public DateTimeOffset? Begins { get; init; }

    /// <summary>End; null when the calendar never opens again.</summary>
    public DateTimeOffset? Ends { get; init; }

    /// <summary>Everything that it waits for; what takes longest comes first.</summary>
    public IReadOnlyList<string> Waits { get; init; } = [];
}

/// <summary>Revision and start of a preview.</summary>
public sealed record PlanPreviewQuery : QueryValues
{
    /// <summary>Revision; null for the newest.</summary>
    public int? Revision { get; init; }

    /// <summary>Start of the rollout; null for now.</summary>
    public DateTimeOffset? Start { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("revision", Revision);
        query.Add("start", Start);
    }
}

/// <summary>Start of a preview.</summary>
public sealed record StartQuery : QueryValues
{
    /// <summary>Start of the rollout; null for now.</summary>
    public DateTimeOffset? Start { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("start", Start);
    }
}

/// <summary>Reaction of a plan to a bad value of a metric.</summary>
public sealed record BadWeather
{
    /// <summary>Step.</summary>
    public string Step { get; init; } = "";

    /// <summary>Metric.</summary>
    public string Metric { get; init; } = "";

    /// <summary>The value, as conditions write it.</summary>
    public string Value { get; init; } = "";

    /// <summary>Rules that fire, in order.</summary>
    public IReadOnlyList<FiredRule> Fired { get; init; } = [];

    /// <summary>All of it in one or two sentences.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A rule that fires.</summary>
public sealed record FiredRule
{
    /// <summary>Trigger.</summary>
    public string Rule { get; init; } = "";

    /// <summary>Time from the begin of the step.</summary>
    public string After { get; init; } = "";

    /// <summary>Effect, in words.</summary>
    public string Action { get; init; } = "";
}

/// <summary>A bad value of a metric from the begin of a step on.</summary>
public sealed record WeatherQuery : QueryValues
{
    /// <summary>Step; required.</summary>
    public string? Step { get; init; }

    /// <summary>Metric of the plan; required.</summary>
    public string? Metric { get; init; }

    /// <summary>Value, as conditions write it; required.</summary>
    public string? Value { get; init; }

    /// <summary>Revision; null for the newest.</summary>
    public int? Revision { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("step", Step);
        query.Add("metric", Metric);
        query.Add("value", Value);
        query.Add("revision", Revision);
    }
}

/// <summary>A bad value of a metric from the begin of a step on, in a plan that is not stored.</summary>
public sealed record WeatherTextQuery : QueryValues
{
    /// <summary>Step; required.</summary>
    public string? Step { get; init; }

    /// <summary>Metric of the plan; required.</summary>
    public string? Metric { get; init; }

    /// <summary>Value, as conditions write it; required.</summary>
    public string? Value { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("step", Step);
        query.Add("metric", Metric);
        query.Add("value", Value);
    }
}
