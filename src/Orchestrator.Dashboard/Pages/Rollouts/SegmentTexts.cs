using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Rollouts;

/// <summary>Words of a segment's status in a rollout.</summary>
public static class SegmentTexts
{
    /// <summary>Sign of a status as the API writes it.</summary>
    public static Sign Sign(string status) => status switch
    {
        "included" => Verdicts.Met.As("included"),
        "rolledBack" => Verdicts.Breached.As("on legacy, taken back"),
        _ => Verdicts.Waiting.As("waits for its step"),
    };
}
