using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.People;

/// <summary>
/// Users that a process counted, beside its samples: <c>"people": { "version": 1, "process": "…", "users": [{ variant, segment?, sketch }] }</c>.
/// Sketches only raise a count, so a report that arrives twice is harmless.
/// </summary>
public static class PeopleJson
{
    /// <summary>Name of the member beside the samples.</summary>
    public const string Name = "people";

    /// <summary>Most sketches of a report: both variants of all users and of each segment that is counted apart.</summary>
    public const int Most = 2 * (1 + PeopleTally.MostSegments);

    private const int Version = 1;
    private const int LongestProcess = 64;

    /// <summary>Most characters of a sketch: base64 of <see cref="PackedPeople.Longest"/> bytes.</summary>
    private const int LongestSketch = ((PackedPeople.Longest + 2) / 3) * 4;

    /// <summary>Most characters of a value that an error repeats.</summary>
    private const int Shown = 40;

    /// <summary>The report as JSON.</summary>
    internal static byte[] Write(string process, ImmutableArray<PeopleOf> users)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("process", process);
            json.WriteStartArray("users");
            foreach (var one in users.Where(one => one.Kind != PeopleKind.Processes))
            {
                json.WriteStartObject();
                json.WriteString("variant", one.Kind == PeopleKind.New ? "new" : "legacy");
                if (one.Segment is { } segment)
                {
                    json.WriteString("segment", segment);
                }

                json.WriteBase64String("sketch", one.Users);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>False for most bodies, which need not be parsed for it.</summary>
    public static bool MayBeIn(ReadOnlySpan<byte> body) => body.IndexOf("\"people\""u8) >= 0;

    /// <summary>The report in the body of a push; null for none, and where there are errors, all of which are added.</summary>
    /// <param name="body">The body, of limited size.</param>
    /// <param name="errors">Takes the errors.</param>
    public static PeopleReport? Read(ReadOnlyMemory<byte> body, ICollection<InputError> errors)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(Name, out var people)
                ? Read(people, errors)
                : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            errors.Add(new InputError(Name, $"The users could not be read: {broken.Message}"));
            return null;
        }
    }

    private static PeopleReport? Read(JsonElement people, ICollection<InputError> errors)
    {
        var before = errors.Count;
        if (people.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new InputError(Name, $"{Raw(people)} is not an object with version, process and users."));
            return null;
        }

        if (!people.TryGetProperty("version", out var version) || version.ValueKind != JsonValueKind.Number
            || !version.TryGetInt32(out var number) || number != Version)
        {
            errors.Add(new InputError($"{Name}.version", $"{Raw(version)} is not a version that this build reads: {Version}."));
            return null;
        }

        var process = Text(people, "process");
        if (process is not { Length: > 0 and <= LongestProcess })
        {
            errors.Add(new InputError($"{Name}.process", $"{Raw(people, "process")} is not a text of 1 to {LongestProcess} characters."));
        }

        var read = ImmutableArray.CreateBuilder<PeopleOf>();
        if (!people.TryGetProperty("users", out var users) || users.ValueKind != JsonValueKind.Array || users.GetArrayLength() > Most)
        {
            errors.Add(new InputError($"{Name}.users", $"{Raw(users)} is not a list of at most {Most} sketches."));
        }
        else
        {
            foreach (var (i, one) in users.EnumerateArray().Index())
            {
                Read(one, $"{Name}.users[{i}]", read, errors);
            }
        }

        return errors.Count == before ? new PeopleReport(HashOf(process!), read.ToImmutable()) : null;
    }

    private static void Read(JsonElement one, string path, ImmutableArray<PeopleOf>.Builder read, ICollection<InputError> errors)
    {
        if (one.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new InputError(path, $"{Raw(one)} is not an object with variant, segment and sketch."));
            return;
        }

        var variant = Text(one, "variant");
        if (variant is not ("new" or "legacy"))
        {
            errors.Add(new InputError($"{path}.variant", $"{Raw(one, "variant")} is not a variant; it is legacy or new."));
        }

        var segment = Text(one, "segment");
        if (one.TryGetProperty("segment", out var given) && given.ValueKind != JsonValueKind.Null && segment is not { Length: > 0 and <= 63 })
        {
            errors.Add(new InputError($"{path}.segment", $"{Raw(given)} is not the key of a segment: 1 to 63 characters."));
        }

        if (Sketch(one) is { } sketch)
        {
            read.Add(new PeopleOf(segment, variant == "new" ? PeopleKind.New : PeopleKind.Legacy, 0, sketch));
        }
        else
        {
            errors.Add(new InputError(
                $"{path}.sketch", $"{Raw(one, "sketch")} is not a sketch of {PeopleSketch.Registers} registers from 0 to {PeopleSketch.Highest}, in base64."));
        }
    }

    private static byte[]? Sketch(JsonElement one) =>
        one.TryGetProperty("sketch", out var text) && text.ValueKind == JsonValueKind.String
        && text.GetString() is { Length: <= LongestSketch } && text.TryGetBytesFromBase64(out var bytes) && PackedPeople.IsValid(bytes)
            ? bytes
            : null;

    private static uint HashOf(string process)
    {
        var hash = default(Murmur3);
        hash.Append(Encoding.UTF8.GetBytes(process));
        return hash.Finish();
    }

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static string Raw(JsonElement from, string name) => from.TryGetProperty(name, out var value) ? Raw(value) : "Nothing";

    private static string Raw(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            return "Nothing";
        }

        var raw = value.GetRawText();
        return raw.Length <= Shown ? raw : raw[..Shown] + "…";
    }
}
