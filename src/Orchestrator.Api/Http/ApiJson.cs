using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Api.Http;

/// <summary>JSON of the API: that of the events, with times in UTC with a Z, and odd durations in seconds.</summary>
internal static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = Read();

    /// <summary>JSON text as an element of an answer.</summary>
    public static JsonElement Raw(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    /// <summary>JSON bytes as an element of an answer.</summary>
    public static JsonElement Raw(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static JsonSerializerOptions Read()
    {
        var options = new JsonSerializerOptions(EventCatalog<object>.Json);
        options.Converters.Insert(0, new DurationConverter());
        options.Converters.Insert(0, new InstantConverter());
        return options;
    }

    /// <summary>
    /// Durations as plans write them. One that no whole unit divides is <c>45.801s</c>: as exact as milliseconds, and easier to read.
    /// </summary>
    private sealed class DurationConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Durations.TryParse(reader.GetString(), out var duration) ? duration : throw new JsonException("not a duration");

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(
            value > TimeSpan.FromSeconds(1) && value.Ticks % TimeSpan.TicksPerSecond != 0
                ? value.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s"
                : Durations.Format(value));
    }

    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
    }
}
