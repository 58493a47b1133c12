using System.Collections.Concurrent;
using System.Text.Json;

namespace Orchestrator.Domain.Plans;

/// <summary>
/// Plans as events carry them. Reading one is a pure function of its content, so rollouts of one plan share one reading; a plan
/// that no rollout refers to any more is collected.
/// </summary>
public static class PlanDocument
{
    private const int TidyAbove = 1000;

    /// <summary>Plans of rollouts, and at most <see cref="TidyAbove"/> others.</summary>
    private static readonly ConcurrentDictionary<string, WeakReference<Plan>> Known = new();

    /// <summary>The plan of a document that was checked when it was written. Throws when this build can no longer read it.</summary>
    public static Plan Read(string hash, JsonElement document)
    {
        if (Known.TryGetValue(hash, out var reference) && reference.TryGetTarget(out var known))
        {
            return known;
        }

        var plan = PlanReader.ReadDocument(document.GetRawText()).Plan
            ?? throw new InvalidOperationException($"The recorded plan {hash} can no longer be read.");
        if (Known.Count >= TidyAbove)
        {
            Tidy();
        }

        Known[hash] = new WeakReference<Plan>(plan);
        return plan;
    }

    private static void Tidy()
    {
        foreach (var (hash, reference) in Known)
        {
            if (!reference.TryGetTarget(out _))
            {
                Known.TryRemove(KeyValuePair.Create(hash, reference));
            }
        }
    }
}
