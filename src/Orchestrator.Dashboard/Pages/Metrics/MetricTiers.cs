namespace Orchestrator.Dashboard.Pages.Metrics;

/// <summary>Tiers of metrics in plans.</summary>
public static class MetricTiers
{
    /// <summary>True for metrics that tell what users notice.</summary>
    public static bool IsExperience(string? tier) => tier is "experience";
}
