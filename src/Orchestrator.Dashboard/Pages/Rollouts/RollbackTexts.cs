using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Rollouts;

/// <summary>Sentences of the page that rolls back.</summary>
public static class RollbackTexts
{
    /// <summary>Users who go back, time and duration. Without counted people it says the share, never an invented number.</summary>
    public static string Lead(RolloutData rollout, RollbackPreview? preview)
    {
        var users = preview?.Moves?.Text ?? rollout.Audience;
        var who = preview?.People is { New: { } people } ? $"{Numbers.Count(people)} users ({users}) go from new to legacy." : $"From new to legacy: {users}.";
        return $"{who} {preview?.Nodes?.Text ?? "Nodes in reach change within milliseconds."} It stays so until a person restores it with a reason.";
    }

    /// <summary>Sign of legacy's health. Not measured is no evidence.</summary>
    public static Sign Legacy(LegacyData legacy) => legacy.Verdict switch
    {
        "healthy" => Verdicts.Met.As("legacy is healthy"),
        "unhealthy" => Verdicts.Breached.As("legacy is not healthy"),
        "partlyMeasured" => Verdicts.Warning.As("legacy is partly measured"),
        _ => Verdicts.NoEvidence.As("legacy is not measured"),
    };
}
