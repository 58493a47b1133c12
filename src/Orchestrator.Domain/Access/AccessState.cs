using System.Collections.Immutable;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Access;

/// <summary>All keys that ever were, by id.</summary>
public sealed record AccessState(ImmutableSortedDictionary<string, Key> Keys)
{
    /// <summary>No key.</summary>
    public static readonly AccessState Initial = new(ImmutableSortedDictionary.Create<string, Key>(StringComparer.Ordinal));

    /// <summary>Names of people by id.</summary>
    public ImmutableSortedDictionary<string, string> People { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Name of a key or a person; null of an id that is neither.</summary>
    public string? NameOf(string id) => People.GetValueOrDefault(id) ?? Keys.GetValueOrDefault(id)?.Name;

    /// <summary>Where the holder of that key comes from; null when nobody made it but the product itself, or it is no key.</summary>
    public KeyOrigin? OriginOf(string id)
    {
        if (!Keys.TryGetValue(id, out var key) || key.CreatedBy is null)
        {
            return null;
        }

        // A key that is set again may name a later one: each counts once.
        var makers = new List<string>();
        for (var maker = key.CreatedBy; maker is not null && maker != id && !makers.Contains(maker); maker = Keys.GetValueOrDefault(maker)?.CreatedBy)
        {
            makers.Add(maker);
        }

        return new KeyOrigin([.. makers], key.FirstUsedAt);
    }

    /// <summary>The key that works under this id; null when there is none.</summary>
    public Key? Working(string id) => Keys.TryGetValue(id, out var key) && key.RevokedAt is null ? key : null;

    /// <summary>Whether an admin can come in, with another key than <paramref name="exceptId"/>.</summary>
    public bool HasAdmin(string? exceptId = null) => Keys.Values.Any(k => k.Role == Role.Admin && k.RevokedAt is null && k.Id != exceptId);

    /// <summary>The state after what happened.</summary>
    public AccessState Evolve(Happened<AccessEvent> happened) => happened.Event switch
    {
        AccessEvent.KeyCreated e => this with
        {
            Keys = Keys.SetItem(e.Id, new Key(e.Id, e.Name, e.Role, e.Environment, e.Hash, happened.At, null)
            {
                Rollouts = e.Rollouts, CreatedBy = happened.Actor is { Kind: ActorKind.User } maker ? maker.Id : null,
            }),
        },
        AccessEvent.KeyRevoked e => this with { Keys = Keys.SetItem(e.Id, Keys[e.Id] with { RevokedAt = happened.At }) },
        AccessEvent.KeyUsed e => this with { Keys = Keys.SetItem(e.Id, Keys[e.Id] with { FirstUsedAt = happened.At }) },
        AccessEvent.PersonNamed e => this with { People = People.SetItem(e.Id, e.Name) },
        var unknown => throw new InvalidOperationException($"Unknown event {unknown}."),
    };
}
