namespace Orchestrator.Api.Client;

/// <summary>Summary of a rollout, made from its events alone.</summary>
public sealed record Retrospective
{
    /// <summary>Identity, times and outcome.</summary>
    public Headline Headline { get; init; } = new();

    /// <summary>Requests to pass a failing gate, those that passed one first.</summary>
    public IReadOnlyList<OverrideStory> Overrides { get; init; } = [];

    /// <summary>Visits of phases, in order.</summary>
    public IReadOnlyList<PhaseVisit> Phases { get; init; } = [];

    /// <summary>Rollbacks.</summary>
    public IReadOnlyList<RollbackStory> Rollbacks { get; init; } = [];

    /// <summary>Incidents.</summary>
    public IReadOnlyList<IncidentStory> Incidents { get; init; } = [];

    /// <summary>Times at which the condition of a trigger came true.</summary>
    public IReadOnlyList<TriggerStory> Triggers { get; init; } = [];

    /// <summary>Reviews.</summary>
    public IReadOnlyList<ReviewStory> Reviews { get; init; } = [];

    /// <summary>Spans without evidence.</summary>
    public IReadOnlyList<EvidenceGap> Gaps { get; init; } = [];

    /// <summary>Time for which each gate was shut.</summary>
    public IReadOnlyList<GateWait> Waiting { get; init; } = [];

    /// <summary>Other events, mostly actions of people.</summary>
    public IReadOnlyList<HistoryEntry> Moments { get; init; } = [];

    /// <summary>Corrected plans that came into force.</summary>
    public IReadOnlyList<AmendmentStory> Amendments { get; init; } = [];

    /// <summary>Steps as planned and as they happened.</summary>
    public Schedule Schedule { get; init; } = new();

    /// <summary>Ends of steps by which it advanced, each with its gates and its evidence.</summary>
    public IReadOnlyList<AdvanceStory> Advances { get; init; } = [];

    /// <summary>Closest approach of each trigger to firing, the closest first.</summary>
    public IReadOnlyList<NearMiss> NearMisses { get; init; } = [];

    /// <summary>Technical, business and operational success.</summary>
    public IReadOnlyList<SuccessLine> Success { get; init; } = [];

    /// <summary>Notifications that its channels still have, oldest first; null where they were not read.</summary>
    public IReadOnlyList<NotificationStory>? Notifications { get; init; }

    /// <summary>Extent of the notifications, or the reason for none.</summary>
    public string? NotificationsText { get; init; }

    /// <summary>Counted exposure; null with a reason.</summary>
    public Exposure? Exposure { get; init; }

    /// <summary>Reason for no exposure; null where there is one.</summary>
    public string? ExposureReason { get; init; }
}

/// <summary>Identity, times and outcome of a rollout.</summary>
public sealed record Headline
{
    /// <summary>Id.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Title of the plan; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Plan and revision.</summary>
    public PlanReference Plan { get; init; } = new();

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Flag.</summary>
    public string Flag { get; init; } = "";

    /// <summary>Status.</summary>
    [Words("created", "running", "paused", "rolledBack", "completed", "aborted", "retired")]
    public string Status { get; init; } = "";

    /// <summary>Outcome in one sentence.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>Time of its creation.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Start; null when it was not started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Completion or abort; null when there was neither.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Time from the start to its end, or to the end of the report.</summary>
    public string Took { get; init; } = "";

    /// <summary>Version of the newest event in the report.</summary>
    public long Version { get; init; }

    /// <summary>End of the report.</summary>
    public DateTimeOffset Until { get; init; }
}

/// <summary>A visit of a phase.</summary>
public sealed record PhaseVisit
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Begin.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>End; null while it is current.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Time that it took.</summary>
    public string Took { get; init; } = "";

    /// <summary>True when it lasted longer than planned.</summary>
    public bool Overran { get; init; }

    /// <summary>Steps.</summary>
    public IReadOnlyList<StepVisitStory> Steps { get; init; } = [];
}

/// <summary>A visit of a step.</summary>
public sealed record StepVisitStory
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Share of all users on new, 0 to 100.</summary>
    public decimal Percentage { get; init; }

    /// <summary>Segments on new.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>Begin.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>End; null while it is current.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Time that it took.</summary>
    public string Took { get; init; } = "";

    /// <summary>True when a person ended its hold early.</summary>
    public bool HoldWaived { get; init; }

    /// <summary>Way in which it ended; null while it is current.</summary>
    [Words("completed", "overridden", "steppedBack", "rolledBack", "aborted")]
    public string? Ended { get; init; }

    /// <summary>Segments of which a share was on new; null for none.</summary>
    public IReadOnlyList<SegmentShare>? Shares { get; init; }
}

/// <summary>A share of a segment.</summary>
public sealed record SegmentShare
{
    /// <summary>Key.</summary>
    public string Segment { get; init; } = "";

    /// <summary>Share, 0 to 100.</summary>
    public decimal Percentage { get; init; }
}

/// <summary>An event with its actor.</summary>
public sealed record HistoryEntry
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Actor.</summary>
    public Author By { get; init; } = new();

    /// <summary>Public name.</summary>
    public string Type { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A span without measurements.</summary>
public sealed record EvidenceGap
{
    /// <summary>Rule that could not be judged; null when no samples came at all.</summary>
    public string? Rule { get; init; }

    /// <summary>The last sample before it.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>The first sample after it; null while it lasts.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Length.</summary>
    public string Lasted { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}
