using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Rollouts;

/// <summary>Sentences of the page that rolls back.</summary>
public static class RollbackTexts
{
    /// <summary>Who goes back, how fast, and for how long. Without counted people it says the share, never an invented number.</summary>
    public static string Lead(RolloutData rollout, RollbackPreview? preview)
    {
        var who = preview?.People is { } people
            ? $"{Numbers.Count(people)} users ({Shares.Text(rollout.Percentage)} of all) go from new to legacy."
            : $"{rollout.Audience} go from new to legacy.";
        var nodes = preview?.Nodes is { } known ? $" {known.Fresh} of {known.Known} nodes are in reach and change within milliseconds" : " Nodes in reach change within milliseconds";
        var others = preview?.Within is { } within ? $", all others by {within}." : ".";
        return $"{char.ToUpperInvariant(who[0])}{who[1..]}{nodes}{others} It stays so until a person restores it with a reason.";
    }
}
