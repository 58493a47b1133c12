using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Dashboard.Charts;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.History;

/// <summary>Sentences and groups of a history.</summary>
public static class HistoryTexts
{
    /// <summary>Longest data of an event in the page; of more there is a link.</summary>
    public const int MostData = 16_000;

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The first sentence of the page.</summary>
    public static string Lead(HistoryData history, Viewer viewer)
    {
        if (history is not { First: { } first, Last: { } last })
        {
            return "No event of this rollout can be read by this build.";
        }

        if (history.Version <= 1)
        {
            return $"Created {Times.Text(first, viewer)}; nothing happened yet.";
        }

        var rollbacks = history.Marks.Count(mark => mark.Kind == "rollback");
        var open = history.Marks.Count(mark => mark is { Kind: "incident", Until: null });
        return $"{Numbers.Plural(history.Version, "event")} from {Times.Absolute(first, viewer)} to {Times.Absolute(last, viewer)}. "
            + (rollbacks == 0 ? "Users were never taken back to legacy." : $"Users were taken back to legacy {Often(rollbacks)}.")
            + (open == 0 ? "" : $" {Numbers.Plural(open, "incident")} {(open == 1 ? "is" : "are")} open.");
    }

    /// <summary>The result of a verification.</summary>
    public static string Verified(VerifiedData verified) => verified.Intact
        ? $"{Numbers.Plural(verified.Events, "event")}, chain intact: the hash of each follows from the one before."
        : $"Broken at version {Numbers.Count(verified.FirstBroken ?? 0)}: {verified.Text}";

    /// <summary>Author of an event in words.</summary>
    public static string By(AuthorData actor) => actor.Kind switch
    {
        "user" => $"{actor.Name ?? actor.Id}{(actor.Role is { } role ? $" ({role})" : "")}",
        "trigger" => $"trigger {actor.Id}",
        _ => actor.Id,
    };

    /// <summary>Words of the range slider: <c>version 41 of 93, Tue 24 Nov 14:03, Up from 10% to 25%.</c></summary>
    public static string Stop(long version, long last, DateTimeOffset? at, string? text, Viewer viewer) =>
        $"version {Numbers.Count(version)} of {Numbers.Count(last)}"
        + (at is { } moment ? $", {Times.Absolute(moment, viewer)}" : "")
        + (text is null ? "" : $", {text}");

    /// <summary>Sentence over a page of the past.</summary>
    public static string Past(DateTimeOffset at, long version, Viewer viewer) =>
        $"As it was on {Times.Full(at, viewer)}, version {Numbers.Count(version)}.";

    /// <summary>Hidden events in words: <c>12 more in between (verdicts, system)</c>.</summary>
    public static string Hidden(int count, IReadOnlyList<string> shown, string place) =>
        $"{Numbers.Count(count)} more {place} ({string.Join(", ", HistoryQuery.Kinds.Select(kind => kind.Name).Except(shown))})";

    /// <summary>Events of one visit of a step, or of one incident, that follow each other in the list.</summary>
    public static IReadOnlyList<HistoryGroup> Groups(IReadOnlyList<HistoryEvent> events)
    {
        var groups = new List<HistoryGroup>();
        foreach (var one in events)
        {
            var key = one.Incident is { } incident ? $"i {incident}" : one.Visit is { } visit ? $"v {visit.Entry}" : "";
            if (groups is [.., var last] && last.Key == key)
            {
                last.Events.Add(one);
            }
            else
            {
                groups.Add(new HistoryGroup(key, Title(one), one.Incident, [one]));
            }
        }

        return groups;
    }

    /// <summary>The data of an event, indented; null when it is too long for the page.</summary>
    public static string? Json(RawEvent raw)
    {
        if (raw.Data.ValueKind == JsonValueKind.Undefined)
        {
            return "";
        }

        var text = JsonSerializer.Serialize(raw.Data, Indented);
        return text.Length <= MostData ? text : null;
    }

    /// <summary>Shares as points of a chart.</summary>
    public static IReadOnlyList<Point> Points(HistoryData history) =>
        [.. history.Shares.Select(share => new Point(share.At, share.Percentage))];

    /// <summary>Rollbacks and incidents as marks of a chart.</summary>
    public static IReadOnlyList<Mark> Marks(HistoryData history) => [.. history.Marks.Select(mark => new Mark(
        mark.At, mark.Kind == "rollback" ? $"rollback, version {mark.Version}" : $"incident {mark.Incident}", Bad: true))];

    private static string Title(HistoryEvent one) => one.Incident is { } incident ? $"Incident {incident}"
        : one.Visit is { } visit ? $"Phase {visit.Phase}, step {visit.Step}{(visit.Number > 1 ? $", visit {visit.Number}" : "")}"
        : "Before the start";

    private static string Often(int times) => times switch { 1 => "once", 2 => "twice", _ => $"{Numbers.Count(times)} times" };
}

/// <summary>A group of events.</summary>
/// <param name="Key">Key of the group: an incident or a visit.</param>
/// <param name="Title">Heading.</param>
/// <param name="Incident">Id of the incident; null for a visit.</param>
/// <param name="Events">Events, newest first.</param>
public sealed record HistoryGroup(string Key, string Title, string? Incident, List<HistoryEvent> Events);
