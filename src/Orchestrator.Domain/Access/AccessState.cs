using System.Collections.Immutable;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Access;

/// <summary>All keys that ever were, by id.</summary>
public sealed record AccessState(ImmutableSortedDictionary<string, Key> Keys)
{
    /// <summary>No key.</summary>
    public static readonly AccessState Initial = new(ImmutableSortedDictionary.Create<string, Key>(StringComparer.Ordinal));

    /// <summary>The key that works under this id; null when there is none.</summary>
    public Key? Working(string id) => Keys.TryGetValue(id, out var key) && key.RevokedAt is null ? key : null;

    /// <summary>Whether an admin can come in, with another key than <paramref name="exceptId"/>.</summary>
    public bool HasAdmin(string? exceptId = null) => Keys.Values.Any(k => k.Role == Role.Admin && k.RevokedAt is null && k.Id != exceptId);

    /// <summary>The state after what happened.</summary>
    public AccessState Evolve(Happened<AccessEvent> happened) => happened.Event switch
    {
        AccessEvent.KeyCreated e => this with { Keys = Keys.SetItem(e.Id, new Key(e.Id, e.Name, e.Role, e.Environment, e.Hash, happened.At, null) { Rollouts = e.Rollouts }) },
        AccessEvent.KeyRevoked e => this with { Keys = Keys.SetItem(e.Id, Keys[e.Id] with { RevokedAt = happened.At }) },
        var unknown => throw new InvalidOperationException($"Unknown event {unknown}."),
    };
}
