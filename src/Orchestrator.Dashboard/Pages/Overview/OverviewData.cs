using Orchestrator.Dashboard.Pages.Rollouts;

namespace Orchestrator.Dashboard.Pages.Overview;

/// <summary>A page of rollouts (<c>GET /api/v1/rollouts</c>).</summary>
public sealed record RolloutList(IReadOnlyList<RolloutLine> Rollouts, string? Next);

/// <summary>A line of the overview.</summary>
public sealed record RolloutLine
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Title; null where the plan has none.</summary>
    public string? Title { get; init; }

    /// <summary>Plan.</summary>
    public PlanReference? Plan { get; init; }

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Status.</summary>
    public string Status { get; init; } = "";

    /// <summary>Phase; null before the start.</summary>
    public string? Phase { get; init; }

    /// <summary>Step; null before the start.</summary>
    public string? Step { get; init; }

    /// <summary>Share of all users on new, percent.</summary>
    public double Percentage { get; init; }

    /// <summary>Users on new, in words.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Begin of the status.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Newest event.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>The next change.</summary>
    public NextLine? Next { get; init; }

    /// <summary>Reason for which it needs a person; null without one.</summary>
    public AttentionLine? Attention { get; init; }

    /// <summary>Verdicts of gates.</summary>
    public IReadOnlyList<VerdictLine> Verdicts { get; init; } = [];

    /// <summary>Name for people.</summary>
    public string Name => string.IsNullOrWhiteSpace(Title) ? Id : Title;

    /// <summary>True while it may still change.</summary>
    public bool Unfinished => Status is not ("completed" or "aborted" or "retired");
}

/// <summary>The next change of a rollout.</summary>
public sealed record NextLine(string? Text, DateTimeOffset? At);

/// <summary>Reason for which a rollout needs a person.</summary>
public sealed record AttentionLine(string Kind, string Text);

/// <summary>Verdict of a gate.</summary>
public sealed record VerdictLine(string Name, string Verdict);
