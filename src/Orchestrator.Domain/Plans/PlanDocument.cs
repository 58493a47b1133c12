using System.Collections.Concurrent;
using System.Text.Json;

namespace Orchestrator.Domain.Plans;

/// <summary>Plans as events carry them. Reading one is a pure function of its content, so plans of equal hash are read once and shared.</summary>
public static class PlanDocument
{
    private const int Kept = 1000;
    private static readonly ConcurrentDictionary<string, Plan> Known = new();

    /// <summary>The plan of a document that was checked when it was written. Throws when this build can no longer read it.</summary>
    public static Plan Read(string hash, JsonElement document)
    {
        if (Known.TryGetValue(hash, out var known))
        {
            return known;
        }

        var plan = PlanReader.ReadDocument(document.GetRawText()).Plan
            ?? throw new InvalidOperationException($"The recorded plan {hash} can no longer be read.");
        if (Known.Count >= Kept)
        {
            Known.Clear();
        }

        Known[hash] = plan;
        return plan;
    }
}
