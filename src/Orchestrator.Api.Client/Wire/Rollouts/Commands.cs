using System.Text.Json;

namespace Orchestrator.Api.Client;

/// <summary>A rollout to create.</summary>
public sealed record RolloutCreation
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name of the plan.</summary>
    public string Plan { get; init; } = "";

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Revision of the plan; null for the newest.</summary>
    public int? Revision { get; init; }
}

/// <summary>Reason of a command that needs none.</summary>
public sealed record Because
{
    /// <summary>Reason, at most 2,000 characters; null for none.</summary>
    public string? Reason { get; init; }
}

/// <summary>Reason of a command.</summary>
public sealed record Reasoned
{
    /// <summary>Reason, at most 2,000 characters.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>The end of a hold before its time.</summary>
public sealed record AdvanceRequest
{
    /// <summary>Step that must be current; null for any.</summary>
    public string? Step { get; init; }

    /// <summary>True to ask for a review that passes a shut gate.</summary>
    public bool? Override { get; init; }

    /// <summary>Reason; needed for an override.</summary>
    public string? Reason { get; init; }
}

/// <summary>A return to the step before.</summary>
public sealed record StepBackRequest
{
    /// <summary>Step that must be current; null for any.</summary>
    public string? Step { get; init; }

    /// <summary>Reason; null for none.</summary>
    public string? Reason { get; init; }
}

/// <summary>A rollback.</summary>
public sealed record RollbackRequest
{
    /// <summary>Reason, at most 2,000 characters.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Segments to take back; null for everyone.</summary>
    public IReadOnlyList<string>? Segments { get; init; }

    /// <summary>True to return load as a ramp that legacy can take.</summary>
    public bool? Ramp { get; init; }
}

/// <summary>The undoing of a rollback.</summary>
public sealed record RestoreRequest
{
    /// <summary>Reason, at most 2,000 characters.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Segments to restore; null for everyone.</summary>
    public IReadOnlyList<string>? Segments { get; init; }
}

/// <summary>A decision to leave rolled-back segments on legacy.</summary>
public sealed record KeepBackRequest
{
    /// <summary>Reason, at most 2,000 characters.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Segments.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];
}

/// <summary>The retirement of a completed rollout.</summary>
public sealed record RetireRequest
{
    /// <summary>Reason, at most 2,000 characters.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Static value of the flag, where it differs from what all users get now.</summary>
    public JsonElement? Value { get; init; }
}

/// <summary>The completion of an objective.</summary>
public sealed record ObjectiveRequest
{
    /// <summary>Name.</summary>
    public string Objective { get; init; } = "";

    /// <summary>Reason; null for none.</summary>
    public string? Reason { get; init; }
}

/// <summary>Reports of users to support.</summary>
public sealed record Feedback
{
    /// <summary>Kind; null for complaint.</summary>
    public string? Kind { get; init; }

    /// <summary>Number, 1 to 100,000; null for 1.</summary>
    public int? Count { get; init; }
}
