namespace Orchestrator.Dashboard.Pages.History;

/// <summary>Answer for one user with its reasons (<c>POST /api/v1/environments/{environment}/explain</c>).</summary>
public sealed record ExplanationData
{
    /// <summary>The value.</summary>
    public System.Text.Json.JsonElement? Value { get; init; }

    /// <summary>legacy, new or static; null for an error.</summary>
    public string? Variant { get; init; }

    /// <summary>OpenFeature's name of the reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>OpenFeature's code; null for no error.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Bucket of the user, 0 to 99,999; null where none decides.</summary>
    public int? Bucket { get; init; }

    /// <summary>Attribute that decides the bucket; null for the user key.</summary>
    public string? StickyBy { get; init; }

    /// <summary>Share of all users on new.</summary>
    public double? Percentage { get; init; }

    /// <summary>Users on new, in words.</summary>
    public string? Audience { get; init; }

    /// <summary>Id of the rollout; null for a static flag.</summary>
    public string? Rollout { get; init; }

    /// <summary>Phase.</summary>
    public string? Phase { get; init; }

    /// <summary>Step.</summary>
    public string? Step { get; init; }

    /// <summary>Position of the table.</summary>
    public long Position { get; init; }

    /// <summary>Rules, in order.</summary>
    public IReadOnlyList<ExplainedRuleData> Rules { get; init; } = [];
}

/// <summary>A rule of an answer.</summary>
public sealed record ExplainedRuleData(string Rule, bool Matched, string Saw);
