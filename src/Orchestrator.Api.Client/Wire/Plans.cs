using System.Text.Json;

namespace Orchestrator.Api.Client;

/// <summary>Page of plans, in use or archived.</summary>
public sealed record PlanQuery : QueryValues
{
    /// <summary>True for the archived ones alone; null for those in use.</summary>
    public bool? Archived { get; init; }

    /// <summary>Name after which the page begins; null for the first page.</summary>
    public string? After { get; init; }

    /// <summary>Most plans of the page, 1 to 1,000; null for 100.</summary>
    public int? Limit { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("archived", Archived);
        query.Add("after", After);
        query.Add("limit", Limit);
    }
}

/// <summary>A page of plans.</summary>
public sealed record PlanList
{
    /// <summary>Newest revisions, by name.</summary>
    public IReadOnlyList<PlanLine> Plans { get; init; } = [];

    /// <summary>Name after which the next page begins; null at the end.</summary>
    public string? Next { get; init; }
}

/// <summary>The newest revision of a plan.</summary>
public sealed record PlanLine
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Flag whose variant it decides.</summary>
    public string Flag { get; init; } = "";

    /// <summary>Number of the revision.</summary>
    public int Revision { get; init; }

    /// <summary>Hash of its content.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Time at which it was stored.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Rollouts of any revision.</summary>
    public int Rollouts { get; init; }

    /// <summary>Those of them that are not over.</summary>
    public int Unfinished { get; init; }

    /// <summary>Time at which it was archived; null while it is in use.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}

/// <summary>A revision of a plan.</summary>
public sealed record PlanDetails
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Flag whose variant it decides.</summary>
    public string Flag { get; init; } = "";

    /// <summary>Number of the revision.</summary>
    public int Revision { get; init; }

    /// <summary>Hash of its content.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Time at which it was stored.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Author.</summary>
    public PlanAuthor By { get; init; } = new();

    /// <summary>The plan's document, by <c>docs/plan.schema.json</c>.</summary>
    public JsonElement Plan { get; init; }

    /// <summary>Revisions, newest first; at most 100.</summary>
    public IReadOnlyList<PlanRevision> Revisions { get; init; } = [];

    /// <summary>Rollouts of the plan: those that are not over first; at most 100.</summary>
    public IReadOnlyList<PlanUse> UsedBy { get; init; } = [];

    /// <summary>The plan in sentences.</summary>
    public PlanStory Story { get; init; } = new();

    /// <summary>Time at which it was archived; null while it is in use.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}

/// <summary>Author of a revision.</summary>
public sealed record PlanAuthor
{
    /// <summary>Id of the key or person.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name of the key or person.</summary>
    public string? Name { get; init; }

    /// <summary>Role.</summary>
    public string? Role { get; init; }
}

/// <summary>A revision of a plan, in short.</summary>
public sealed record PlanRevision
{
    /// <summary>Number.</summary>
    public int Revision { get; init; }

    /// <summary>Hash of its content.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Time at which it was stored.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Author.</summary>
    public PlanAuthor By { get; init; } = new();
}

/// <summary>A rollout of a plan.</summary>
public sealed record PlanUse
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Revision that it follows.</summary>
    public int Revision { get; init; }

    /// <summary>Status.</summary>
    [Words("created", "running", "paused", "rolledBack", "completed", "aborted", "retired")]
    public string Status { get; init; } = "";

    /// <summary>Current step; null before the start.</summary>
    public string? Step { get; init; }

    /// <summary>True from its start on.</summary>
    public bool Started { get; init; }

    /// <summary>True until it is over.</summary>
    public bool Unfinished { get; init; }
}

/// <summary>A plan in sentences.</summary>
public sealed record PlanStory
{
    /// <summary>All of it in one sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Phases.</summary>
    public IReadOnlyList<PhaseStory> Phases { get; init; } = [];

    /// <summary>Rules in force in every step.</summary>
    public IReadOnlyList<string> Back { get; init; } = [];

    /// <summary>Policies.</summary>
    public IReadOnlyList<string> Policies { get; init; } = [];
}

/// <summary>A phase in sentences.</summary>
public sealed record PhaseStory
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Duration, traffic and flags; empty without any.</summary>
    public string Text { get; init; } = "";

    /// <summary>Steps.</summary>
    public IReadOnlyList<StepStory> Steps { get; init; } = [];

    /// <summary>Rules in force in this phase only.</summary>
    public IReadOnlyList<string> Back { get; init; } = [];
}

/// <summary>A step in sentences.</summary>
public sealed record StepStory
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Share of all users on new, 0 to 100.</summary>
    public decimal Percentage { get; init; }

    /// <summary>Users on new, in words.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Least time.</summary>
    public string Hold { get; init; } = "";

    /// <summary>Criteria.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Decisions of people.</summary>
    public IReadOnlyList<string> People { get; init; } = [];

    /// <summary>Rules in force in this step only.</summary>
    public IReadOnlyList<string> Back { get; init; } = [];
}

/// <summary>A valid plan.</summary>
public sealed record PlanValidation
{
    /// <summary>Always true: an invalid plan is a problem with errors.</summary>
    public bool Valid { get; init; }

    /// <summary>The plan's document.</summary>
    public JsonElement Plan { get; init; }

    /// <summary>Hash of its content.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Parts that are valid but probably not meant.</summary>
    public IReadOnlyList<InputError> Warnings { get; init; } = [];

    /// <summary>The plan in sentences.</summary>
    public PlanStory Story { get; init; } = new();
}

/// <summary>Receipt of a stored plan.</summary>
public sealed record StoredPlan
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Number of the revision.</summary>
    public long Revision { get; init; }

    /// <summary>Hash of its content.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Parts that are valid but probably not meant.</summary>
    public IReadOnlyList<InputError> Warnings { get; init; } = [];
}

/// <summary>Differences of two plans in sentences.</summary>
public sealed record PlanComparison
{
    /// <summary>Name of the plan.</summary>
    public string Plan { get; init; } = "";

    /// <summary>The older one.</summary>
    public RevisionHash From { get; init; } = new();

    /// <summary>The newer one.</summary>
    public RevisionHash To { get; init; } = new();

    /// <summary>True when there is no difference.</summary>
    public bool Same { get; init; }

    /// <summary>All of it in one sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Every changed value.</summary>
    public IReadOnlyList<ChangeSentence> Changes { get; init; } = [];

    /// <summary>Parts that are looser, or not shown to be as strict.</summary>
    public IReadOnlyList<LooserPart> Looser { get; init; } = [];

    /// <summary>Users of the steps that differ.</summary>
    public ComparedUsers Users { get; init; } = new();
}

/// <summary>A changed value in words.</summary>
public sealed record ChangeSentence
{
    /// <summary>Path of the value.</summary>
    public string Path { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Strictness of the change.</summary>
    [Words("same", "looser", "stricter", "incomparable")]
    public string Strictness { get; init; } = "";
}

/// <summary>Users of the steps that differ.</summary>
public sealed record ComparedUsers
{
    /// <summary>In sentences.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Steps.</summary>
    public IReadOnlyList<AudienceChange> Steps { get; init; } = [];
}

/// <summary>Revisions to compare.</summary>
public sealed record ComparisonQuery : QueryValues
{
    /// <summary>The older revision; required.</summary>
    public int? From { get; init; }

    /// <summary>The newer revision; null for the newest.</summary>
    public int? To { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("from", From);
        query.Add("to", To);
    }
}

/// <summary>Revision to compare a text with.</summary>
public sealed record CompareTextQuery : QueryValues
{
    /// <summary>Revision; null for the newest.</summary>
    public int? With { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("with", With);
    }
}

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

/// <summary>Static flags of a plan that were set.</summary>
public sealed record AppliedFlags
{
    /// <summary>Name of the plan.</summary>
    public string Plan { get; init; } = "";

    /// <summary>Revision.</summary>
    public int Revision { get; init; }

    /// <summary>Environments.</summary>
    public IReadOnlyList<AppliedEnvironment> Environments { get; init; } = [];
}

/// <summary>Static flags of a plan in one environment.</summary>
public sealed record AppliedEnvironment
{
    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Number of flags.</summary>
    public int Flags { get; init; }

    /// <summary>Flags that are stored and not served; null for none.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>A body without members.</summary>
public sealed record Empty
{
}
