using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Audit;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Api.Events;

/// <summary>An event as the API shows it; <c>type</c> is its public name, <c>PercentageRaised</c>.</summary>
internal record EventView(
    long Position, string Stream, long Version, Guid Id, string Type, int Schema, DateTimeOffset At, ActorView Actor,
    string? Cause, string? Correlation, [property: JsonConverter(typeof(EventView.RawJson))] JsonElement Data, string Hash,
    string[]? Redacted, Dictionary<string, string>? Names)
{
    /// <summary>Name of the type as the log stores it, which the hash covers.</summary>
    public string? StoredType { get; init; }

    /// <summary>Id of the command that wrote the event, which the hash covers.</summary>
    public string? CommandId { get; init; }

    /// <summary>The data byte for byte, where <see cref="Data"/> cannot have them so; null for the usual.</summary>
    public byte[]? DataBytes { get; init; }

    /// <summary>
    /// Members of events that stay on the server. A hash of a key, and the hash of a member beside the key of its segment, let a reader
    /// test guesses for as long as they like.
    /// </summary>
    private static readonly FrozenDictionary<string, string[]> Secret = new Dictionary<string, string[]>
    {
        ["access.key_created"] = ["hash"],
        ["segment.defined"] = ["memberKey"],
        ["segment.members_changed"] = ["added", "removed"],
    }.ToFrozenDictionary();

    /// <summary>Members of events with the id of a key or a person.</summary>
    private static readonly string[] Ids = ["by", "requestedBy", "countsAs"];

    private static readonly FrozenDictionary<string, string> PublicNames = ((IEnumerable<(string Stored, string Public)>)
        [.. AccessEvents.Catalog.Names, .. EnvironmentEvents.Catalog.Names, .. PlanEvents.Catalog.Names, .. SegmentEvents.Catalog.Names,
            .. RolloutEvents.Catalog.Names])
        .ToFrozenDictionary(name => name.Stored, name => name.Public);

    /// <param name="e">The event.</param>
    /// <param name="access">Names of people: an event has their subject only.</param>
    public static EventView Of(RecordedEvent e, AccessState access)
    {
        var (data, whole) = Read(e);
        var hidden = Secret.GetValueOrDefault(e.Type);
        return new EventView(
            e.Position, e.Stream, e.Version, e.Id, Name(e.Type), e.Schema, e.At,
            new ActorView(
                e.Actor.Kind, e.Actor.Id, e.Actor.Role, e.Actor.Kind == ActorKind.User ? access.NameOf(e.Actor.Id, e.At) : null),
            e.Cause, e.Correlation, hidden is null || !whole ? data : Without(hidden, e), Convert.ToHexStringLower(e.Hash.Span), hidden,
            NamesIn(e, data, access))
        {
            StoredType = e.Type,
            CommandId = e.CommandId,
            DataBytes = hidden is null && !(whole && ExportLine.IsBare(e.Data.Span)) ? e.Data.ToArray() : null,
        };
    }

    /// <summary>The data, and true; as a text, and false, when they were edited to something that is no JSON.</summary>
    private static (JsonElement Data, bool Whole) Read(RecordedEvent e)
    {
        try
        {
            return (ApiJson.Raw(e.Data), true);
        }
        catch (JsonException)
        {
            return (JsonSerializer.SerializeToElement("no JSON"), false);
        }
    }

    /// <summary>Names of keys and people that the data names and that are not the author; null where there is none.</summary>
    private static Dictionary<string, string>? NamesIn(RecordedEvent e, JsonElement data, AccessState access)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in Ids)
        {
            if (data.ValueKind == JsonValueKind.Object && data.TryGetProperty(member, out var id) && id.ValueKind == JsonValueKind.String
                && id.GetString() is { } known && known != e.Actor.Id && access.NameOf(known, e.At) is { } name)
            {
                names[known] = name;
            }
        }

        return names.Count == 0 ? null : names;
    }

    /// <summary>The data without secrets. Of a list the length stays.</summary>
    private static JsonElement Without(string[] hidden, RecordedEvent e)
    {
        var data = JsonNode.Parse(e.Data.Span) as JsonObject ?? [];
        foreach (var name in hidden)
        {
            if (data.Remove(name, out var value) && value is JsonArray list)
            {
                data[name + "Count"] = list.Count;
            }
        }

        return JsonSerializer.SerializeToElement(data);
    }

    /// <summary>All public names.</summary>
    public static IReadOnlyCollection<string> AllNames { get; } = [.. PublicNames.Values.Distinct().Order(StringComparer.Ordinal)];

    public static byte[] Json(RecordedEvent e, AccessState access) => JsonSerializer.SerializeToUtf8Bytes(Of(e, access), ApiJson.Options);

    /// <summary>The public name of a stored type; an event that this build does not know keeps the stored name.</summary>
    public static string Name(string stored) => PublicNames.GetValueOrDefault(stored, stored);

    /// <summary>
    /// Writes data byte for byte, as they were hashed. Those with a line end lose their white space: a line of an export has one end.
    /// </summary>
    internal sealed class RawJson : JsonConverter<JsonElement>
    {
        public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonElement.ParseValue(ref reader);

        public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options)
        {
            var text = JsonMarshal.GetRawUtf8Value(value);
            if (ExportLine.IsBare(text))
            {
                writer.WriteRawValue(text, skipInputValidation: true);
            }
            else
            {
                value.WriteTo(writer);
            }
        }
    }
}
