using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Domain.Documents;

/// <summary>Writes a text that is JSON as JSON, not as a quoted text.</summary>
public sealed class JsonValue : JsonConverter<string>
{
    /// <summary>True when two JSON texts have the same value: order of members and white space do not matter.</summary>
    public static bool Same(string one, string other)
    {
        if (one == other)
        {
            return true;
        }

        using var first = JsonDocument.Parse(one);
        using var second = JsonDocument.Parse(other);
        return JsonElement.DeepEquals(first.RootElement, second.RootElement);
    }

    /// <inheritdoc />
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader).GetRawText();

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteRawValue(value);

    /// <inheritdoc />
    public override bool HandleNull => true;
}
