namespace Orchestrator.Api.Client;

/// <summary>Effect of another revision of the plan on a rollout.</summary>
public sealed record Amendment
{
    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Version of the rollout.</summary>
    public long Version { get; init; }

    /// <summary>Revision in force.</summary>
    public RevisionHash From { get; init; } = new();

    /// <summary>Revision that would be.</summary>
    public RevisionHash To { get; init; } = new();

    /// <summary>True when it may be taken in.</summary>
    public bool Allowed { get; init; }

    /// <summary>Parts that contradict the past of the rollout or its environment.</summary>
    public IReadOnlyList<InputError> Refusals { get; init; } = [];

    /// <summary>True when a second person must agree.</summary>
    public bool NeedsSecondPerson { get; init; }

    /// <summary>Parts that are looser, or not shown to be as strict.</summary>
    public IReadOnlyList<LooserPart> Looser { get; init; } = [];

    /// <summary>Users of the current and the later steps.</summary>
    public AmendedUsers Users { get; init; } = new();

    /// <summary>Rules of the current step whose evidence starts again.</summary>
    public RuleRestarts Restarts { get; init; } = new();

    /// <summary>Reviews that no longer count.</summary>
    public IReadOnlyList<WithdrawnReview> Withdrawn { get; init; } = [];

    /// <summary>Every changed value.</summary>
    public IReadOnlyList<PlanChange> Changes { get; init; } = [];
}

/// <summary>A revision and its hash.</summary>
public sealed record RevisionHash
{
    /// <summary>Number; null of a text that is not stored.</summary>
    public int? Revision { get; init; }

    /// <summary>Hash.</summary>
    public string Hash { get; init; } = "";
}

/// <summary>A part of a plan that is looser.</summary>
public sealed record LooserPart
{
    /// <summary>Path of the part.</summary>
    public string Path { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Users of the current and the later steps.</summary>
public sealed record AmendedUsers
{
    /// <summary>The current step.</summary>
    public AudienceChange Now { get; init; } = new();

    /// <summary>Steps ahead that differ.</summary>
    public IReadOnlyList<AudienceChange> Ahead { get; init; } = [];

    /// <summary>The same in sentences.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];
}

/// <summary>Users of a step before and after.</summary>
public sealed record AudienceChange
{
    /// <summary>Step.</summary>
    public string Step { get; init; } = "";

    /// <summary>Share of all users on new before, 0 to 100; null of a new step.</summary>
    public decimal? Before { get; init; }

    /// <summary>Share of all users on new after; null of a step that is gone.</summary>
    public decimal? After { get; init; }

    /// <summary>Segments that join.</summary>
    public IReadOnlyList<string> Joining { get; init; } = [];

    /// <summary>Segments that leave.</summary>
    public IReadOnlyList<string> Leaving { get; init; } = [];

    /// <summary>Segments of which another share is on new.</summary>
    public IReadOnlyList<ShareChange> Shares { get; init; } = [];
}

/// <summary>A segment of which another share is on new.</summary>
public sealed record ShareChange
{
    /// <summary>Key.</summary>
    public string Segment { get; init; } = "";

    /// <summary>Share before, 0 to 100.</summary>
    public decimal Before { get; init; }

    /// <summary>Share after.</summary>
    public decimal After { get; init; }
}

/// <summary>Rules whose evidence starts again.</summary>
public sealed record RuleRestarts
{
    /// <summary>Names of triggers.</summary>
    public IReadOnlyList<string> Triggers { get; init; } = [];

    /// <summary>Names of criteria.</summary>
    public IReadOnlyList<string> Criteria { get; init; } = [];
}

/// <summary>A review that no longer counts.</summary>
public sealed record WithdrawnReview
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Kind.</summary>
    [Words("checkpoint", "gate", "trigger", "override", "amendment")]
    public string Kind { get; init; } = "";

    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Step.</summary>
    public string Step { get; init; } = "";

    /// <summary>True when it was approved.</summary>
    public bool Approved { get; init; }
}

/// <summary>A changed value of a plan.</summary>
public sealed record PlanChange
{
    /// <summary>Path of the value.</summary>
    public string Path { get; init; } = "";

    /// <summary>As JSON, cut off when it is long; null when it is new.</summary>
    public string? Before { get; init; }

    /// <summary>As JSON; null when it was removed.</summary>
    public string? After { get; init; }
}

/// <summary>A revision of a plan.</summary>
public sealed record RevisionQuery : QueryValues
{
    /// <summary>Number; null for the newest.</summary>
    public int? Revision { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("revision", Revision);
    }
}

/// <summary>An amendment.</summary>
public sealed record AmendRequest
{
    /// <summary>Revision of the plan.</summary>
    public int Revision { get; init; }

    /// <summary>Reason, at most 2,000 characters; needed unless it is a dry run.</summary>
    public string? Reason { get; init; }

    /// <summary>True for a preview only.</summary>
    public bool? DryRun { get; init; }
}

/// <summary>The newest amendment of a rollout.</summary>
public sealed record LastAmendment
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Revision before.</summary>
    public int FromRevision { get; init; }

    /// <summary>Its hash.</summary>
    public string FromHash { get; init; } = "";

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Review in which a second person agreed; null where none had to.</summary>
    public string? Review { get; init; }

    /// <summary>Triggers whose evidence started again.</summary>
    public IReadOnlyList<string> Triggers { get; init; } = [];

    /// <summary>Criteria whose evidence started again.</summary>
    public IReadOnlyList<string> Criteria { get; init; } = [];
}

/// <summary>An amendment that waits for a second person.</summary>
public sealed record ProposedAmendment
{
    /// <summary>Review of the amendment.</summary>
    public string Review { get; init; } = "";

    /// <summary>Proposed revision.</summary>
    public int Revision { get; init; }

    /// <summary>Its hash.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Parts that are looser, or not shown to be as strict.</summary>
    public IReadOnlyList<string> Looser { get; init; } = [];

    /// <summary>Time of the proposal.</summary>
    public DateTimeOffset At { get; init; }
}
