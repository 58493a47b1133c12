using System.Text.Json;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts.Amending.Strictness;

/// <summary>Keys of plans that no other rule here compares: their strictness cannot be shown.</summary>
internal static class UnknownStrictness
{
    public static IEnumerable<Loosening> Of(Plan before, Plan after)
    {
        using var was = JsonDocument.Parse(before.Document);
        using var now = JsonDocument.Parse(after.Document);
        return [.. KeyLevel.Plan.Differences("", was.RootElement, now.RootElement).Select(path => new Loosening(path, "differs, and its strictness cannot be compared"))];
    }
}
