namespace Orchestrator.Api.Client;

/// <summary>A request to pass a failing gate.</summary>
public sealed record OverrideStory
{
    /// <summary>Review in which a second person decided.</summary>
    public string Review { get; init; } = "";

    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Step that did not end.</summary>
    public string Step { get; init; } = "";

    /// <summary>The first person.</summary>
    public Author AskedBy { get; init; } = new();

    /// <summary>Time of the request.</summary>
    public DateTimeOffset AskedAt { get; init; }

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Every reason against it, as the first person saw them.</summary>
    public string Failing { get; init; } = "";

    /// <summary>Failing verdicts when the review was last open.</summary>
    public IReadOnlyList<FailingVerdict> Verdicts { get; init; } = [];

    /// <summary>True when it was approved and the step ended by it.</summary>
    public bool Passed { get; init; }

    /// <summary>Outcome; null while the review is open.</summary>
    [Words("approved", "rejected", "expired", "withdrawn", "cleared")]
    public string? Outcome { get; init; }

    /// <summary>End of the review; null while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Decisions.</summary>
    public IReadOnlyList<DecisionStory> Decisions { get; init; } = [];
}

/// <summary>A verdict that keeps a step from ending.</summary>
public sealed record FailingVerdict
{
    /// <summary>Criterion.</summary>
    public string Criterion { get; init; } = "";

    /// <summary>Verdict.</summary>
    [Words("noEvidence", "met", "breached", "warning")]
    public string Verdict { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Decision of a person in a review.</summary>
public sealed record DecisionStory
{
    /// <summary>Id of the key or person.</summary>
    public string By { get; init; } = "";

    /// <summary>Role.</summary>
    public string Role { get; init; } = "";

    /// <summary>True for a go.</summary>
    public bool Approved { get; init; }

    /// <summary>Reason; null without one.</summary>
    public string? Reason { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Hash of the evidence that was read; null where none was given.</summary>
    public string? EvidenceHash { get; init; }

    /// <summary>Id of the person that it counts for; null for its own.</summary>
    public string? CountsAs { get; init; }

    /// <summary>Name of the key or person.</summary>
    public string? Name { get; init; }

    /// <summary>Id of the person that it counts for.</summary>
    public string Person { get; init; } = "";
}

/// <summary>A review with its decisions.</summary>
public sealed record ReviewStory
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

    /// <summary>Roles that may decide.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Number of approvals that it needs.</summary>
    public int Quorum { get; init; }

    /// <summary>Trigger that opened it; null without one.</summary>
    public string? Trigger { get; init; }

    /// <summary>Person who asked for it; null when the plan did.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>Time at which it was opened.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>Time of its end; null while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Time for which it was open.</summary>
    public string Open { get; init; } = "";

    /// <summary>Outcome; null while it is open.</summary>
    [Words("approved", "rejected", "expired", "withdrawn", "cleared")]
    public string? Outcome { get; init; }

    /// <summary>Evidence that it was opened on, as a sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Decisions.</summary>
    public IReadOnlyList<DecisionStory> Decisions { get; init; } = [];

    /// <summary>Number of people of each role; null when any of the roles may.</summary>
    public IReadOnlyList<RoleNeed>? Needs { get; init; }

    /// <summary>Missing approvals; null when there are none.</summary>
    public string? Lacks { get; init; }

    /// <summary>Name of the person who asked for it.</summary>
    public string? RequestedByName { get; init; }
}

/// <summary>Number of people of a role.</summary>
public sealed record RoleNeed
{
    /// <summary>Role.</summary>
    public string Role { get; init; } = "";

    /// <summary>Number.</summary>
    public int People { get; init; }
}

/// <summary>Time for which a gate was shut.</summary>
public sealed record GateWait
{
    /// <summary>Gate.</summary>
    public string Gate { get; init; } = "";

    /// <summary>Total time.</summary>
    public string Shut { get; init; } = "";

    /// <summary>Time while every other gate was open.</summary>
    public string Alone { get; init; } = "";
}

/// <summary>An amendment that came into force.</summary>
public sealed record AmendmentStory
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The person who proposed it.</summary>
    public Author AskedBy { get; init; } = new();

    /// <summary>The person whose approval brought it into force; null when none was needed.</summary>
    public Author? AgreedBy { get; init; }

    /// <summary>Revision before.</summary>
    public int FromRevision { get; init; }

    /// <summary>Its hash.</summary>
    public string FromHash { get; init; } = "";

    /// <summary>Revision after.</summary>
    public int Revision { get; init; }

    /// <summary>Its hash.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Parts that are looser, or were not shown to be as strict.</summary>
    public IReadOnlyList<string> Looser { get; init; } = [];

    /// <summary>Review in which a second person decided; null where none had to.</summary>
    public string? Review { get; init; }

    /// <summary>Triggers whose evidence started again.</summary>
    public IReadOnlyList<string> Triggers { get; init; } = [];

    /// <summary>Criteria whose evidence started again.</summary>
    public IReadOnlyList<string> Criteria { get; init; } = [];

    /// <summary>All approvers.</summary>
    public IReadOnlyList<Author> Agreed { get; init; } = [];
}
