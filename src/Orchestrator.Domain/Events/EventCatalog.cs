using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Domain.Events;

/// <summary>
/// The stored names of one family of events, mapped by hand: a class may be renamed, a stored name never. The public name of an
/// event (<c>PercentageRaised</c>) is the name of its class.
/// </summary>
/// <typeparam name="TEvent">The closed family.</typeparam>
public sealed class EventCatalog<TEvent>
    where TEvent : notnull
{
    private readonly FrozenDictionary<string, Entry> _byName;
    private readonly FrozenDictionary<Type, Entry> _byType;

    /// <summary>A catalog of stored names with schema versions.</summary>
    public EventCatalog(params (string Name, int Schema, Type Type)[] entries)
    {
        _byName = entries.Select(e => new Entry(e.Name, e.Schema, e.Type)).ToFrozenDictionary(e => e.Name);
        _byType = _byName.Values.ToFrozenDictionary(e => e.Type);
    }

    /// <summary>JSON options of events: camelCase, names for enums, no nulls.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new DurationConverter() },
    };

    /// <summary>Stored and public names of every event of the family.</summary>
    public IEnumerable<(string Stored, string Public)> Names => _byName.Values.Select(e => (e.Name, e.Type.Name));

    /// <summary>The stored form of an event.</summary>
    public NewEvent Write(TEvent happened, Guid id)
    {
        var entry = _byType[happened.GetType()];
        return new NewEvent(id, entry.Name, entry.Schema, JsonSerializer.SerializeToUtf8Bytes(happened, entry.Type, Json));
    }

    /// <summary>The event in its own type. An unknown name or a newer schema throws <see cref="UnknownEventException"/>: no event is ever skipped.</summary>
    public TEvent Read(RecordedEvent recorded)
    {
        if (!_byName.TryGetValue(recorded.Type, out var entry) || recorded.Schema > entry.Schema)
        {
            throw new UnknownEventException(recorded);
        }

        return (TEvent)JsonSerializer.Deserialize(recorded.Data.Span, entry.Type, Json)!;
    }

    /// <summary>A recorded event in its own type with what the log says of it: what a state evolves by.</summary>
    public Happened<TEvent> Replay(RecordedEvent recorded) => new(recorded.Version, recorded.At, recorded.Actor, Read(recorded));

    private sealed record Entry(string Name, int Schema, Type Type);
}

/// <summary>A stream contains an event that this build does not know. A fold stops there and reports it.</summary>
public sealed class UnknownEventException(RecordedEvent recorded) : Exception(
    $"Stream {recorded.Stream} contains event {recorded.Type} schema {recorded.Schema} at version {recorded.Version}, which this build does not know.");

/// <summary>Durations in events are written as plans write them.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Orchestrator.Domain.Quantities.Durations.TryParse(reader.GetString(), out var duration) ? duration : throw new JsonException("not a duration");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Orchestrator.Domain.Quantities.Durations.Format(value));
}
