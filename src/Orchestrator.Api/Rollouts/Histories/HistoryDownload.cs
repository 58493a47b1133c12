using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestrator.Api.Events;
using Orchestrator.Api.Http;
using Orchestrator.Api.Rollouts.Retrospectives;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Chronicles;

namespace Orchestrator.Api.Rollouts.Histories;

/// <summary>A history as a file: events as lines of JSON, a table for a spreadsheet, or Markdown for a wiki. Oldest first.</summary>
internal static class HistoryDownload
{
    private static readonly string[] Heads =
    [
        "version", "at", "kind", "type", "moves", "actor kind", "actor", "actor name", "role", "phase", "step", "visit", "incident", "text",
        "cause", "correlation", "hash",
    ];

    /// <param name="format">ndjson, csv or markdown.</param>
    /// <param name="rollout">Id of the rollout; ids have only characters that a file name may have.</param>
    /// <param name="entries">The entries.</param>
    /// <param name="access">Names of people.</param>
    public static ApiResult Of(string format, string rollout, IReadOnlyList<ChronicleEntry> entries, AccessState access) => format switch
    {
        "ndjson" => File(rollout, "ndjson", "application/x-ndjson", entries.Select(entry => Line(entry, access))),
        "csv" => File(rollout, "csv", "text/csv; charset=utf-8", entries.Select(entry => CsvText.Row(Cells(entry, access))).Prepend(CsvText.Row(Heads))),
        _ => File(rollout, "md", "text/markdown; charset=utf-8", [MarkdownText.Of(Report(rollout, entries, access))]),
    };

    private static string Line(ChronicleEntry entry, AccessState access) => JsonSerializer.Serialize(
        new { @event = EventView.Of(entry.Recorded, access), entry.Kind, entry.Text, entry.Moves, entry.Visit, entry.Incident },
        ApiJson.Options) + "\n";

    private static string[] Cells(ChronicleEntry entry, AccessState access)
    {
        var e = entry.Recorded;
        return
        [
            Number(e.Version), Time(e.At), Word(entry.Kind), EventView.Name(e.Type), entry.Moves ? "yes" : "no", Word(e.Actor.Kind), e.Actor.Id,
            HistoryEndpoint.Name(entry, access) ?? "", e.Actor.Role ?? "", entry.Visit?.Phase ?? "", entry.Visit?.Step ?? "",
            entry.Visit is { } visit ? Number(visit.Number) : "", entry.Incident ?? "", entry.Text, e.Cause ?? "", e.Correlation ?? "",
            Convert.ToHexStringLower(e.Hash.Span),
        ];
    }

    private static IEnumerable<Block> Report(string rollout, IReadOnlyList<ChronicleEntry> entries, AccessState access) =>
    [
        new Block.Heading(1, $"History of {rollout}"),
        entries.Count == 0
            ? new Block.Paragraph("No event fits the filter.")
            : new Block.Table(["Version", "When", "By", "What", "Step", "Incident"], [.. entries.Select(entry => (string[])
            [
                Number(entry.Recorded.Version), Time(entry.Recorded.At), By(entry, access), entry.Text,
                entry.Visit is { } visit ? $"{visit.Phase}, {visit.Step}{(visit.Number > 1 ? $", visit {visit.Number}" : "")}" : "",
                entry.Incident ?? "",
            ])]),
    ];

    private static string By(ChronicleEntry entry, AccessState access)
    {
        var actor = entry.Recorded.Actor;
        var id = HistoryEndpoint.Name(entry, access) is { } name ? $"{name} · {actor.Id}" : actor.Id;
        return actor.Role is { } role ? $"{id} ({role})" : id == Word(actor.Kind) ? id : $"{Word(actor.Kind)} {id}";
    }

    private static ApiResult.Written File(string rollout, string ending, string type, IEnumerable<string> pieces) => new(async http =>
    {
        http.Response.ContentType = type;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{rollout}-history.{ending}\"";
        foreach (var piece in pieces)
        {
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(piece), http.RequestAborted);
        }
    });

    private static string Word<T>(T name)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(name.ToString());

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}
