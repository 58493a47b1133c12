using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Nodes;

/// <summary>Sentences about nodes.</summary>
public static class NodesTexts
{
    /// <summary>Longest age of a report of a node that is there: three reports.</summary>
    private const double Silent = 3;

    /// <summary>Most seconds that are written: about thirty thousand years.</summary>
    private const double MostSeconds = 1e12;

    /// <summary>First sentence: how many nodes have the log, and the one that is furthest behind.</summary>
    public static string Lead(IReadOnlyList<NodeRow> nodes)
    {
        var (good, head) = (nodes.Count(one => Sign(one) == Fresh), Head(nodes));
        var slowest = nodes.Where(one => one.Freshness is not null).MaxBy(one => one.Freshness);
        return $"{good} of {Numbers.Plural(nodes.Count, "node")} {(good == 1 ? "answers" : "answer")} by a fresh table."
            + (nodes.Where(one => one.Position < head).ToArray() is { Length: > 0 } behind
                ? $" {Numbers.List([.. behind.Select(one => one.Id)])} {(behind.Length == 1 ? "is" : "are")} behind, by {Numbers.Plural(behind.Max(one => Behind(one, head)), "event")} at most."
                : " Each has the newest position.")
            + (slowest is null ? "" : $" The oldest table is {Seconds(slowest.Freshness)} old, on {slowest.Id} (lease {slowest.Lease}).");
    }

    /// <summary>Newest position that any node has.</summary>
    public static long Head(IReadOnlyList<NodeRow> nodes) => nodes.Count == 0 ? 0 : nodes.Max(one => one.Position);

    /// <summary>Number of events that a node is behind.</summary>
    public static long Behind(NodeRow node, long head) => Math.Max(0, head - Math.Max(0, node.Position));

    /// <summary>Position of a node in words: <c>97, 3 events behind</c>.</summary>
    public static string Position(NodeRow node, long head) =>
        Numbers.Count(node.Position) + (Behind(node, head) is > 0 and var behind ? $", {Numbers.Plural(behind, "event")} behind" : "");

    /// <summary>Sign of a node.</summary>
    public static Sign Sign(NodeRow node) => node switch
    {
        { Stale: true } => Verdicts.Breached.As("stale"),
        { Reported: > Silent } => Verdicts.NoEvidence.As("silent"),
        { CaughtUp: false } => Verdicts.Waiting.As("reads the log"),
        { Returning: not null } => Verdicts.Warning.As("returning"),
        _ => Fresh,
    };

    /// <summary>State of a node in a sentence.</summary>
    public static string State(NodeRow node) => node switch
    {
        { Stale: true, Reported: > Silent } => $"No report for {Seconds(node.Reported)}, longer than its lease: it is gone, or answers by the fallback of each flag.",
        { Stale: true } => "Its lease has ended: it answers by the fallback of each flag.",
        { Reported: > Silent } => $"No report for {Seconds(node.Reported)}.",
        { CaughtUp: false } => "It has not read the log to its end.",
        { Returning: { } share } => $"Its table is fresh again; {Shares.Text(share)} of the users are answered by it.",
        _ => $"Its table is {Seconds(node.Freshness)} old; the lease is {node.Lease}.",
    };

    /// <summary>
    /// Difference of a node's clock to the store's in words. Below a second it is none: a report takes a part of that to the store.
    /// </summary>
    public static string Clock(NodeRow node) => node.ClockAhead switch
    {
        null or double.NaN => "unknown",
        > -1 and < 1 => "as the store's",
        < 0 => $"{Seconds(-node.ClockAhead)} behind the store's",
        _ => $"{Seconds(node.ClockAhead)} ahead of the store's",
    };

    /// <summary>Sign of a guard.</summary>
    public static Sign Sign(GuardData guard) => guard switch
    {
        { Unwatched: true } => Verdicts.Breached.As("unwatched"),
        { Renewed: null } => Verdicts.NoEvidence.As("no round yet"),
        _ => Verdicts.Met.As("watched"),
    };

    /// <summary>A guard in words.</summary>
    public static string Guard(GuardData guard) => guard.Renewed is { } age ? $"renewed {Seconds(age)} ago" : "never renewed";

    /// <summary>Seconds in words; <c>unknown</c> without a number.</summary>
    public static string Seconds(double? seconds) =>
        seconds is >= 0 and <= MostSeconds and { } known ? Durations.Text(TimeSpan.FromSeconds(known)) : "unknown";

    private static Sign Fresh { get; } = Verdicts.Met.As("fresh");
}
