using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Api.Events;

/// <summary>An event as the API shows it; <c>type</c> is its public name, <c>PercentageRaised</c>.</summary>
internal sealed record EventView(
    long Position, string Stream, long Version, Guid Id, string Type, int Schema, DateTimeOffset At, ActorView Actor,
    string? Cause, string? Correlation, JsonElement Data, string Hash, string[]? Redacted, Dictionary<string, string>? Names)
{
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
    public static EventView Of(RecordedEvent e, AccessState access) => new(
        e.Position, e.Stream, e.Version, e.Id, Name(e.Type), e.Schema, e.At,
        new ActorView(e.Actor.Kind, e.Actor.Id, e.Actor.Role, e.Actor.Kind == ActorKind.User ? access.NameOf(e.Actor.Id, e.At) : null),
        e.Cause, e.Correlation, Shown(e), Convert.ToHexStringLower(e.Hash.Span), Secret.GetValueOrDefault(e.Type), NamesIn(e, access));

    /// <summary>Names of keys and people that the data names and that are not the author; null where there is none.</summary>
    private static Dictionary<string, string>? NamesIn(RecordedEvent e, AccessState access)
    {
        var data = ApiJson.Raw(e.Data);
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
    private static JsonElement Shown(RecordedEvent e)
    {
        if (!Secret.TryGetValue(e.Type, out var secret) || JsonNode.Parse(e.Data.Span) is not JsonObject data)
        {
            return ApiJson.Raw(e.Data);
        }

        foreach (var name in secret)
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
}
