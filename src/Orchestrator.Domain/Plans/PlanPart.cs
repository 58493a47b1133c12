using System.Text.Json;

namespace Orchestrator.Domain.Plans;

/// <summary>Parts of plans as written, for comparison.</summary>
public static class PlanPart
{
    /// <summary>The part of that key as canonical JSON; null when the plan has none.</summary>
    public static string? Text(Plan plan, string key)
    {
        using var document = JsonDocument.Parse(plan.Document);
        return document.RootElement.TryGetProperty(key, out var part) ? part.GetRawText() : null;
    }

    /// <summary>The entries of a list of named things, by name.</summary>
    public static Dictionary<string, string> Entries(Plan plan, string key)
    {
        using var document = JsonDocument.Parse(plan.Document);
        return document.RootElement.TryGetProperty(key, out var list)
            ? list.EnumerateArray().ToDictionary(entry => entry.GetProperty("name").GetString()!, entry => entry.GetRawText())
            : [];
    }
}
