namespace Orchestrator.Api.Client;

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
