using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Cli.Output;

/// <summary>Members of an answer's JSON, where any may be absent.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The member at a path such as <c>plan.name</c>; null when a part of the path is absent or null.</summary>
    public static JsonElement? At(this JsonElement element, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var member)
                || member.ValueKind == JsonValueKind.Null)
            {
                return null;
            }

            element = member;
        }

        return element;
    }

    /// <summary>The text of a member: a string as it is, another value as JSON; null when it is absent.</summary>
    public static string? Text(this JsonElement element, string path) =>
        element.At(path) is { } found ? found.ValueKind == JsonValueKind.String ? found.GetString() : found.GetRawText() : null;

    public static double? Number(this JsonElement element, string path) =>
        element.At(path) is { ValueKind: JsonValueKind.Number } found ? found.GetDouble() : null;

    public static bool True(this JsonElement element, string path) => element.At(path) is { ValueKind: JsonValueKind.True };

    public static DateTimeOffset? Instant(this JsonElement element, string path) =>
        element.At(path) is { ValueKind: JsonValueKind.String } found && found.TryGetDateTimeOffset(out var at) ? at : null;

    /// <summary>Items of a list; none when it is absent.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string path) =>
        (path.Length == 0 ? element : element.At(path)) is { ValueKind: JsonValueKind.Array } found ? found.EnumerateArray() : [];

    public static string Write(JsonNode? value) => value is null ? "null" : value.ToJsonString(Indented);

    public static string Write(JsonElement value) => Write(JsonNode.Parse(value.GetRawText()));
}
