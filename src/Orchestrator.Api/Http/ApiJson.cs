using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Domain.Events;

namespace Orchestrator.Api.Http;

/// <summary>JSON as the API speaks it: that of the events, and instants in UTC with a Z.</summary>
internal static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = new(EventCatalog<object>.Json) { Converters = { new InstantConverter() } };

    /// <summary>JSON text that stands in an answer as JSON.</summary>
    public static JsonElement Raw(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    /// <summary>JSON bytes that stand in an answer as JSON.</summary>
    public static JsonElement Raw(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
    }
}
