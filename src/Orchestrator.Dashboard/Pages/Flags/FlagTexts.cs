using System.Globalization;
using System.Text.Json;
using Orchestrator.Dashboard.Charts;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Flags;

/// <summary>Sentences about flags in force.</summary>
public static class FlagTexts
{
    private const int LongestValue = 200;

    /// <summary>The first sentence of the page.</summary>
    public static string Lead(FlagsData flags, IReadOnlyList<NodeRow> nodes, Viewer viewer)
    {
        if (flags.Flags.Count == 0)
        {
            return $"No flag is in force in {flags.Environment}.";
        }

        var routed = flags.Flags.Where(flag => flag.IsRouted).ToList();
        var first = routed.Count switch
        {
            0 => $"{Numbers.Plural(flags.Flags.Count, "flag")}, each with one value for all users.",
            1 => Said(routed[0]),
            _ => $"{Numbers.Plural(routed.Count, "flag")} routed by rollouts: {Numbers.List([.. routed.Take(3).Select(flag => $"{flag.Key} {Shares.Text(flag.Decided?.Percentage)}")])}"
                + (routed.Count > 3 ? $" and {routed.Count - 3} more." : "."),
        };
        var different = flags.Flags.Count(flag => flag.Differences.Count > 0);
        return first + (different == 0 ? "" : $" {Numbers.Plural(different, "flag")} {(different == 1 ? "differs" : "differ")} from what is set.")
            + $" {NodeTexts.Lead(nodes, flags.Position, flags.Timeline)}";
    }

    /// <summary>A routed flag in a sentence: decided and served.</summary>
    public static string Said(FlagData flag) =>
        $"{flag.Key}: {Decided(flag)} decided, {Served(flag.Served)}.";

    /// <summary>The decision in words.</summary>
    public static string Decided(FlagData flag) => flag.Decided switch
    {
        { Mode: "split" } decided => $"{decided.Audience} on new",
        { Mode: "off" } => "all users on legacy",
        { Mode: "unread" } => "all users on legacy, because this node cannot trust the rollout's events",
        _ => "unknown",
    };

    /// <summary>Value of a static flag.</summary>
    public static string Value(JsonElement? value)
    {
        var text = value is { } known ? known.GetRawText() : "";
        return text.Length <= LongestValue ? text : text[..LongestValue] + "…";
    }

    /// <summary>Share on new among the answers of nodes; null without an answer.</summary>
    public static double? ServedShare(ServedData? served) =>
        served is { } known && known.New + known.Legacy is > 0 and var all ? 100.0 * known.New / all : null;

    /// <summary>Share on new among reported requests; null without one.</summary>
    public static double? ReportedShare(ReportedData? reported) =>
        reported is { New: not null } or { Legacy: not null } && (reported.New ?? 0) + (reported.Legacy ?? 0) is > 0 and var all
            ? 100 * (reported.New ?? 0) / all
            : null;

    /// <summary>Answers of nodes in words.</summary>
    public static string Served(ServedData? served) => ServedShare(served) is { } share
        ? $"{Shares.Text(Math.Round(share, 1))} of {Numbers.Plural(served!.New + served.Legacy, "answer")} in {Durations.Text(TimeSpan.FromSeconds(Math.Round(served.Seconds)))}"
        : $"no answer of a node in {Durations.Text(TimeSpan.FromSeconds(Math.Round(served?.Seconds ?? 0)))}";

    /// <summary>Reported requests in words.</summary>
    public static string Reported(ReportedData? reported) => ReportedShare(reported) is { } share
        ? $"{Shares.Text(Math.Round(share, 1))} of {Numbers.Plural((long)Math.Min((reported!.New ?? 0) + (reported.Legacy ?? 0), long.MaxValue / 2), "request")} in {reported.Window}"
        : "no requests reported";

    /// <summary>The three on one scale.</summary>
    public static IReadOnlyList<ShareOf> Bars(FlagData flag) =>
    [
        new("decided", flag.Decided?.Percentage),
        new("served", ServedShare(flag.Served) is { } served ? Math.Round(served, 1) : null, "no answers"),
        new("reported", ReportedShare(flag.Reported) is { } reported ? Math.Round(reported, 1) : null, "no requests"),
    ];

    /// <summary>
    /// Sentence when served or reported differs from decided by more than chance explains; null when it does not, and where segments are on
    /// new by themselves: their part of the answers is not known.
    /// </summary>
    public static string? Apart(FlagData flag)
    {
        if (flag.Decided is not { Mode: "split" or "off" } decided || decided.Segments.Count > 0)
        {
            return null;
        }

        var share = decided.Percentage / 100;
        if (flag.Served is { } served && IsApart(share, served.New, served.New + served.Legacy))
        {
            return $"Decided and served differ: {Shares.Text(decided.Percentage)} decided, {Served(served)}. A change within that time explains it, or many requests of few users.";
        }

        return flag.Reported is { } reported && IsApart(share, reported.New ?? 0, (reported.New ?? 0) + (reported.Legacy ?? 0))
            ? $"Decided and reported differ: {Shares.Text(decided.Percentage)} decided, {Reported(reported)}. A service may not follow the flag."
            : null;
    }

    /// <summary>Author of a change.</summary>
    public static string By(FlagAuthor author) => author.Kind switch
    {
        "user" => $"{author.Name ?? author.Id}{(author.Role is { } role ? $" ({role})" : "")}",
        "trigger" => $"trigger {author.Id}",
        _ => author.Id,
    };

    /// <summary>
    /// Five standard deviations, and two percent: answers of one user are alike, so chance alone is wider than that of coins.
    /// </summary>
    private static bool IsApart(double share, double fresh, double all)
    {
        if (!(all >= 100))
        {
            return false;
        }

        var difference = Math.Abs((fresh / all) - share);
        return difference > 0.02 && difference > 5 * Math.Sqrt(Math.Max(share * (1 - share), 0.01) / all);
    }
}

/// <summary>Sentences about nodes.</summary>
public static class NodeTexts
{
    /// <summary>Nodes that are behind first: stale, then by position, then by freshness.</summary>
    public static IEnumerable<NodeRow> BehindFirst(IEnumerable<NodeRow> nodes) => nodes
        .OrderByDescending(node => node.Stale).ThenBy(node => node.Timeline).ThenBy(node => node.Position)
        .ThenByDescending(node => node.Freshness ?? double.MaxValue).ThenBy(node => node.Id, StringComparer.Ordinal);

    /// <summary>All nodes in a sentence.</summary>
    public static string Lead(IReadOnlyList<NodeRow> nodes, long position, long timeline)
    {
        if (nodes.Count == 0)
        {
            return "The nodes could not be read.";
        }

        var there = nodes.Count(node => node.Timeline == timeline && node.Position >= position && !node.Stale);
        var slowest = nodes.Max(node => node.Freshness);
        return $"{there} of {Numbers.Plural(nodes.Count, "node")} {(there == 1 ? "has" : "have")} it"
            + (slowest is { } seconds ? $"; the slowest was confirmed {Text(seconds)} ago" : "")
            + (nodes.Count(node => node.Stale) is > 0 and var stale ? $". {Numbers.Plural(stale, "node")} {(stale == 1 ? "is" : "are")} stale and answer{(stale == 1 ? "s" : "")} by the fallback of each flag." : ".");
    }

    /// <summary>A node against its lease: <c>4.2 s old (lease 10 s): in 5.8 s it answers by its fallback.</c></summary>
    public static string Lease(NodeRow node) => (node.Freshness, Seconds(node.Lease)) switch
    {
        (null, _) => "not confirmed yet",
        ({ } age, { } lease) when node.Stale => $"{Text(age)} old, lease {Text(lease)}: stale, it answers by the fallback of each flag",
        ({ } age, { } lease) => $"{Text(age)} old, lease {Text(lease)}: in {Text(Math.Max(0, lease - age))} it answers by its fallback",
        ({ } age, null) => $"{Text(age)} old, lease {node.Lease}",
    };

    /// <summary>Used part of the lease; null when it is unknown.</summary>
    public static double? Part(NodeRow node) =>
        node.Freshness is { } age && Seconds(node.Lease) is > 0 and var lease ? Math.Clamp(age / lease, 0, 1) : null;

    /// <summary>Class of the bar.</summary>
    public static string Class(NodeRow node) => node.Stale ? "is-breached" : Part(node) > 0.5 ? "is-warning" : "is-met";

    /// <summary>Events behind the newest node.</summary>
    public static string Lag(NodeRow node, IReadOnlyList<NodeRow> nodes)
    {
        var head = nodes.Where(other => other.Timeline == node.Timeline).Max(other => other.Position);
        return node.Timeline < nodes.Max(other => other.Timeline) ? "on an older timeline"
            : node.Position == head ? "none" : $"{Numbers.Plural(head - node.Position, "event")} behind";
    }

    /// <summary>Answers a second.</summary>
    public static string Answers(NodeRow node) => node.Answers is { Seconds: > 0 } answers
        ? $"{Numbers.Value(answers.Count / answers.Seconds)}/s"
        : "not counted";

    /// <summary>Seconds of a duration as the API writes it; null when it is of another form.</summary>
    public static double? Seconds(string lease)
    {
        var unit = lease.Length - lease.AsSpan().TrimStart("0123456789.").Length;
        return double.TryParse(lease.AsSpan(0, unit), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? lease[unit..] switch
            {
                "ms" => number / 1000,
                "s" => number,
                "m" => number * 60,
                "h" => number * 3600,
                "d" => number * 86400,
                _ => null,
            }
            : null;
    }

    private static string Text(double seconds) =>
        double.IsFinite(seconds) && seconds is >= 0 and < 1e9 ? Durations.Text(TimeSpan.FromSeconds(seconds)) : "unknown";
}
