using Orchestrator.Dashboard.Frame;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Overview;

/// <summary>Sentences and order of the overview.</summary>
public static class OverviewTexts
{
    private static readonly string[] Worst = ["incident", "alarm", "held", "unguarded", "review"];

    /// <summary>The first sentence: is anything wrong, and what follows.</summary>
    public static string Lead(IReadOnlyList<RolloutLine> lines, IReadOnlyList<AttentionData> attention, Viewer viewer)
    {
        var running = lines.Count(line => line.Status is "running" or "paused");
        if (lines.Count == 0)
        {
            return "No rollout yet.";
        }

        var runs = running == 0 ? "No rollout runs." : $"{Numbers.Plural(running, "rollout")} {(running == 1 ? "runs" : "run")}.";
        if (attention.Count > 0)
        {
            var kinds = attention.GroupBy(one => one.Kind).Select(group => Counted(group.Key, group.Count())).ToArray();
            return $"{Capital(Numbers.List(kinds))} {(attention.Count == 1 ? "needs" : "need")} a person. {runs}";
        }

        var next = lines.Where(line => line.Next is { At: not null }).MinBy(line => line.Next!.At);
        return next is null
            ? $"Nothing needs you. {runs}"
            : $"Nothing needs you. {runs} The next change is {next.Name} at {Times.Absolute(next.Next!.At!.Value, viewer)} at the earliest.";
    }

    /// <summary>
    /// Incident, alarm, held, unguarded, waiting for a person, running, paused, created, finished; then the newest first.
    /// </summary>
    public static IEnumerable<RolloutLine> WorstFirst(IEnumerable<RolloutLine> lines) => lines
        .OrderBy(line => Place(line.Attention))
        .ThenBy(line => line.Status switch { "rolledBack" => 0, "running" => 1, "paused" => 2, "created" => 3, _ => 4 })
        .ThenByDescending(line => line.Since);

    private static int Place(AttentionLine? attention) => attention is null ? Worst.Length + 1
        : Array.IndexOf(Worst, attention.Kind) is >= 0 and var place ? place
        : Worst.Length;

    private static string Counted(string kind, int count) => kind switch
    {
        "held" => Numbers.Plural(count, "held rollout"),
        "unguarded" => Numbers.Plural(count, "rollout without a guard", "rollouts without a guard"),
        "freeze" => Numbers.Plural(count, "freeze window"),
        _ => Numbers.Plural(count, kind),
    };

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
