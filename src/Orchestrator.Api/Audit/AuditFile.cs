using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Events;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Audit;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Audit;

/// <summary>
/// The audit as a file, oldest first: lines of JSON that can be verified without a server, or a table for a spreadsheet. Some hundred
/// events are in memory at a time.
/// </summary>
internal static class AuditFile
{
    public const string Lines = "application/x-ndjson";
    public const string Csv = "text/csv";

    private static readonly string[] Heads =
    [
        "position", "at", "actor kind", "actor", "actor name", "role", "stream", "version", "type", "text", "cause", "correlation", "hash",
    ];

    public static ApiResult Of(Query request, AuditFilter filter, World world) => ExpensiveReads.InPieces(request, async (http, turn) =>
    {
        var log = request.Service<IEventLog>();
        var (reader, access, stop) = (new AuditReader(log, filter, world.Access), world.Access, http.RequestAborted);
        var head = await turn.Run(() => log.Head(stop));
        var lines = filter.File == Lines;
        http.Response.ContentType = lines ? Lines : Csv + "; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"audit.{(lines ? "ndjson" : "csv")}\"";
        await Write(http, lines ? [.. ExportLine.Write(Head(filter, world.Timeline, head)), (byte)'\n'] : Bytes(CsvText.Row(Heads)));
        var (events, position) = (0L, 0L);
        while (reader.After < head && await turn.Run(() => Batch(reader, stop)) is { Read: > 0 } batch)
        {
            foreach (var one in batch.Found.Where(one => one.Recorded.Position <= head))
            {
                (events, position) = (events + 1, one.Recorded.Position);
                await Write(http, lines ? Line(one, access) : Bytes(CsvText.Row(Cells(one, access))));
            }
        }

        if (lines)
        {
            await Write(http, [.. ExportLine.Write(new ExportLine.Last(events, position)), (byte)'\n']);
        }
    });

    private static async Task<(int Read, List<AuditEvent> Found)> Batch(AuditReader reader, CancellationToken stop)
    {
        var batch = await reader.Next(stop);
        var found = new List<AuditEvent>(batch.Count);
        foreach (var e in batch)
        {
            if (await reader.Included(e, stop) is { } one)
            {
                found.Add(one);
            }
        }

        return (batch.Count, found);
    }

    private static ExportHead Head(AuditFilter filter, long timeline, long head) => new(
        ExportHead.Newest, timeline, head, filter.Stream ?? filter.Prefix,
        Left(filter),
        (filter.Stream ?? filter.Prefix) is not { } one || one == AccessEvents.Stream()
            || one.StartsWith(SegmentEvents.Prefix, StringComparison.Ordinal));

    /// <summary>Filters that leave events of a stream out; a page of it does, too.</summary>
    private static string? Left(AuditFilter filter) =>
        filter.Left ?? (filter.After > 0 ? "after" : filter.Before is not null ? "before" : null);

    private static byte[] Line(AuditEvent one, AccessState access) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(new ToldEvent(EventView.Of(one.Recorded, access), one.Text), ApiJson.Options), (byte)'\n'];

    private static string[] Cells(AuditEvent one, AccessState access)
    {
        var e = one.Recorded;
        return
        [
            Number(e.Position), e.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture),
            JsonNamingPolicy.CamelCase.ConvertName(e.Actor.Kind.ToString()), e.Actor.Id, AuditEndpoints.Name(e, access) ?? "",
            e.Actor.Role ?? "", e.Stream, Number(e.Version), EventView.Name(e.Type), one.Text, e.Cause ?? "", e.Correlation ?? "",
            Convert.ToHexStringLower(e.Hash.Span),
        ];
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static Task Write(HttpContext http, byte[] bytes) => http.Response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();

    /// <summary>An event with its sentence.</summary>
    private sealed record ToldEvent : EventView
    {
        public ToldEvent(EventView shown, string text)
            : base(shown) => Text = text;

        [JsonPropertyOrder(1)]
        public string Text { get; }
    }
}
