using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Audit;

/// <summary>
/// One line of an export of events (NDJSON). Events have all that their hash covers, and the JSON of their data byte for byte:
/// <c>{ position, stream, version, id, type, storedType, schema, at, actor: { kind, id, role }, cause, correlation, commandId, data, hash
/// }</c>. The first line of an export may be its head, <c>{ export: … }</c>, and the last one its end, <c>{ end: … }</c>.
/// </summary>
public abstract record ExportLine
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The data of an event are as deep as JSON may be by default, and the line is around them.</summary>
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 128 };

    private ExportLine()
    {
    }

    /// <summary>An event.</summary>
    /// <param name="Recorded">The event.</param>
    /// <param name="Hidden">Members of its data that the server kept to itself: its hash cannot be computed.</param>
    public sealed record Event(RecordedEvent Recorded, ImmutableArray<string> Hidden) : ExportLine;

    /// <summary>The first line.</summary>
    /// <param name="Head">Facts about the export.</param>
    public sealed record First(ExportHead Head) : ExportLine;

    /// <summary>The last line: an export without it was cut off.</summary>
    /// <param name="Events">Events before it.</param>
    /// <param name="Position">Position of the last of them; 0 for none.</param>
    public sealed record Last(long Events, long Position) : ExportLine;

    /// <summary>The line of an event with its whole data, without a line end.</summary>
    public static byte[] Write(RecordedEvent e)
    {
        var (text, whole) = (new ArrayBufferWriter<byte>(512 + e.Data.Length), IsOneLine(e.Data.Span));
        using (var writer = new Utf8JsonWriter(text, Plain))
        {
            writer.WriteStartObject();
            writer.WriteNumber("position", e.Position);
            writer.WriteString("stream", e.Stream);
            writer.WriteNumber("version", e.Version);
            writer.WriteString("id", e.Id);
            writer.WriteString("type", e.Type);
            writer.WriteNumber("schema", e.Schema);
            writer.WriteString("at", e.At.UtcDateTime);
            writer.WriteStartObject("actor");
            writer.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(e.Actor.Kind.ToString()));
            writer.WriteString("id", e.Actor.Id);
            Text(writer, "role", e.Actor.Role);
            writer.WriteEndObject();
            Text(writer, "cause", e.Cause);
            Text(writer, "correlation", e.Correlation);
            writer.WriteString("commandId", e.CommandId);
            if (whole)
            {
                writer.WritePropertyName("data");
                writer.WriteRawValue(e.Data.Span, skipInputValidation: true);
            }
            else
            {
                writer.WriteBase64String("dataBytes", e.Data.Span);
            }

            writer.WriteString("hash", Convert.ToHexStringLower(e.Hash.Span));
            writer.WriteEndObject();
        }

        return text.WrittenSpan.ToArray();

        static void Text(Utf8JsonWriter writer, string name, string? value)
        {
            if (value is not null)
            {
                writer.WriteString(name, value);
            }
        }
    }

    /// <summary>The first line of an export.</summary>
    public static byte[] Write(ExportHead head) => JsonSerializer.SerializeToUtf8Bytes(new { export = head }, EventCatalog<object>.Json);

    /// <summary>The last line of an export.</summary>
    public static byte[] Write(Last end) =>
        JsonSerializer.SerializeToUtf8Bytes(new { end = new { events = end.Events, position = end.Position } }, EventCatalog<object>.Json);

    /// <summary>True for a text without line ends, and without white space around it, which a reader of JSON would lose.</summary>
    public static bool IsBare(ReadOnlySpan<byte> data) =>
        data is [> (byte)' ', ..] && data[^1] > (byte)' ' && data.IndexOfAny((byte)'\n', (byte)'\r') < 0;

    /// <summary>True for data that a line can have as they are: JSON without line ends.</summary>
    private static bool IsOneLine(ReadOnlySpan<byte> data)
    {
        if (!IsBare(data))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(data);
            while (reader.Read())
            {
                reader.Skip();
            }

            return reader.BytesConsumed == data.Length;
        }
        catch (JsonException)
        {
            // An event that was edited to something that is no JSON is exported, too.
            return false;
        }
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="InvalidDataException">It is none of these; the message has the member and the rule.</exception>
    public static ExportLine Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Deep);
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object ? throw new InvalidDataException("is no JSON object")
                : root.TryGetProperty("export", out var head)
                    ? new First(head.Deserialize<ExportHead>(EventCatalog<object>.Json) ?? throw new InvalidDataException("export is null"))
                : root.TryGetProperty("end", out var end) ? new Last(Number(end, "events"), Number(end, "position"))
                : ReadEvent(root);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"is no JSON: {e.Message}", e);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"has a value of another form: {e.Message}", e);
        }
    }

    private static Event ReadEvent(JsonElement root)
    {
        var actor = Member(root, "actor");
        var kind = Text(actor, "kind");
        return new Event(
            new RecordedEvent
            {
                Position = Number(root, "position"),
                Stream = Text(root, "stream"),
                Version = Number(root, "version"),
                Id = Guid.TryParse(Text(root, "id"), out var id) ? id : throw new InvalidDataException("id is no UUID"),
                Type = TextOrNull(root, "storedType") ?? Text(root, "type"),
                Schema = Number(root, "schema") is var schema && schema == (int)schema
                    ? (int)schema
                    : throw new InvalidDataException($"schema is out of range: {schema}"),
                At = At(root),
                Actor = new Actor(
                    Enum.TryParse<ActorKind>(kind, ignoreCase: true, out var known) && Enum.IsDefined(known)
                        ? known
                        : throw new InvalidDataException($"actor.kind is unknown: '{kind}'"),
                    Text(actor, "id"), TextOrNull(actor, "role")),
                Cause = TextOrNull(root, "cause"),
                Correlation = TextOrNull(root, "correlation"),
                CommandId = TextOrNull(root, "commandId")
                    ?? throw new InvalidDataException("commandId is missing: an earlier build exported the event, export it again"),
                Data = root.TryGetProperty("dataBytes", out var bytes) && bytes.ValueKind == JsonValueKind.String
                    ? bytes.GetBytesFromBase64()
                    : JsonMarshal.GetRawUtf8Value(Member(root, "data")).ToArray(),
                Hash = Hash(root),
            },
            root.TryGetProperty("redacted", out var hidden) && hidden.ValueKind == JsonValueKind.Array
                ? [.. hidden.EnumerateArray().Select(name => name.ToString())]
                : []);
    }

    private static DateTimeOffset At(JsonElement root) => Member(root, "at").ValueKind == JsonValueKind.String
        && Member(root, "at").TryGetDateTimeOffset(out var at)
            ? at.ToUniversalTime()
            : throw new InvalidDataException("at is no RFC 3339 time");

    private static byte[] Hash(JsonElement root) => Text(root, "hash") is { Length: 64 } text && text.All(char.IsAsciiHexDigit)
        ? Convert.FromHexString(text)
        : throw new InvalidDataException("hash must have 64 hexadecimal digits");

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member)
            ? member
            : throw new InvalidDataException($"{name} is missing");

    private static long Number(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value)
            ? value
            : throw new InvalidDataException($"{name} must be a whole number");

    private static string Text(JsonElement element, string name) =>
        TextOrNull(element, name) ?? throw new InvalidDataException($"{name} is missing");

    private static string? TextOrNull(JsonElement element, string name) =>
        element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null
            ? null
            : member.ValueKind == JsonValueKind.String ? member.GetString() : throw new InvalidDataException($"{name} must be a text");
}

/// <summary>Facts about an export: its first line.</summary>
/// <param name="Format">1. A reader refuses a higher one.</param>
/// <param name="Timeline">Timeline of the log.</param>
/// <param name="Position">Newest position of the log at the time.</param>
/// <param name="Object">The stream, or the start of the names of the streams; null for the whole log.</param>
/// <param name="Filter">Further filters, as a query string; null for none. Events that a filter left out break every chain.</param>
/// <param name="Hides">
/// True when the server keeps members of some events to itself. Their hashes cannot be computed; the lines name the members.
/// </param>
public sealed record ExportHead(int Format, long Timeline, long Position, string? Object, string? Filter, bool Hides)
{
    /// <summary>The newest format.</summary>
    public const int Newest = 1;
}
