using System.Collections.Immutable;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Access;

/// <summary>All keys that ever existed, by id.</summary>
public sealed record AccessState(ImmutableSortedDictionary<string, Key> Keys) : IAggregateState<AccessState, AccessEvent>
{
    /// <summary>No key.</summary>
    public static AccessState Initial { get; } = new(ImmutableSortedDictionary.Create<string, Key>(StringComparer.Ordinal));

    /// <summary>Names of people by id.</summary>
    public ImmutableSortedDictionary<string, string> People { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Most names kept of a key or a person; of more, the oldest are dropped.</summary>
    public const int MostNames = 16;

    /// <summary>
    /// A name is recorded beside the change of the person who brings it: a name recorded at most this long after a moment is the name of
    /// that moment.
    /// </summary>
    private static readonly TimeSpan Beside = TimeSpan.FromSeconds(10);

    /// <summary>Names of keys and people by id, in the order in which they were given; at most <see cref="MostNames"/> of each.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<GivenName>> Names { get; init; } =
        ImmutableSortedDictionary.Create<string, ImmutableArray<GivenName>>(StringComparer.Ordinal);

    /// <summary>Name of a key or a person; null for an id that is neither.</summary>
    /// <param name="id">Id as events have it.</param>
    /// <param name="at">The moment whose name is wanted; before the first known name, the first. Null for the newest.</param>
    public string? NameOf(string id, DateTimeOffset? at = null) =>
        Names.GetValueOrDefault(id) is not { IsDefaultOrEmpty: false } names ? null
        : at is { } moment ? (names.LastOrDefault(one => one.At - Beside <= moment) ?? names[0]).Name
        : names[^1].Name;

    /// <summary>Origin of the holder of that key or token; null when the product itself made it and it declares no person.</summary>
    public KeyOrigin? OriginOf(string id)
    {
        var own = IdentityOf(id);
        if (!Keys.TryGetValue(id, out var key) || key.CreatedBy is null)
        {
            return own.Known.Length > 1 ? new KeyOrigin([], null) { Own = own } : null;
        }

        // A key that is set again may have a later maker: each counts once.
        var makers = new List<string>();
        for (var maker = key.CreatedBy; maker is not null && maker != id
            && !makers.Contains(maker); maker = Keys.GetValueOrDefault(maker)?.CreatedBy)
        {
            makers.Add(maker);
        }

        return new KeyOrigin(
            [.. makers], key.FirstUsedAt)
        { FirstReadAt = key.FirstReadAt, Own = own, MadeBy = [.. makers.Select(IdentityOf)] };
    }

    /// <summary>
    /// The person behind an id: of a key, the one that it declares by the id of their token or by their name; of a person with a token,
    /// that person. A name that one person with a token has means that person; one that several have means each of them, so that none of
    /// them votes beside the key.
    /// </summary>
    public Identity IdentityOf(string id)
    {
        if (Keys.GetValueOrDefault(id)?.Person is not { } declared)
        {
            return People.TryGetValue(id, out var name) ? new Identity(id, [id, name]) : new Identity(id, [id]);
        }

        if (People.TryGetValue(declared, out var called))
        {
            return new Identity(declared, [id, declared, called]);
        }

        string[] named = [.. People.Where(person => Identity.Same(person.Value, declared)).Select(person => person.Key)];
        return new Identity(named is [var one] ? one : declared, [id, declared, .. named]);
    }

    /// <summary>The key that works under this id; null when there is none.</summary>
    public Key? Working(string id) => Keys.TryGetValue(id, out var key) && key.RevokedAt is null ? key : null;

    /// <summary>True when an admin key other than <paramref name="exceptId"/> works.</summary>
    public bool HasAdmin(string? exceptId = null) => Keys.Values.Any(k => k.Role == Role.Admin && k.RevokedAt is null && k.Id != exceptId);

    /// <summary>The state after an event.</summary>
    public AccessState Evolve(Happened<AccessEvent> happened) => happened.Event switch
    {
        AccessEvent.KeyCreated e => Called(e.Id, e.Name, happened.At) with
        {
            Keys = Keys.SetItem(e.Id, new Key(e.Id, e.Name, e.Role, e.Environment, e.Hash, happened.At, null)
            {
                Rollouts = e.Rollouts,
                Person = e.Person,
                CreatedBy = happened.Actor is { Kind: ActorKind.User } maker ? maker.Id : null,
            }),
        },
        AccessEvent.KeyRevoked e => this with { Keys = Keys.SetItem(e.Id, Keys[e.Id] with { RevokedAt = happened.At }) },
        AccessEvent.KeyUsed { Reading: true } e => this with { Keys = Keys.SetItem(e.Id, Keys[e.Id] with { FirstReadAt = happened.At }) },
        AccessEvent.KeyUsed e => this with { Keys = Keys.SetItem(e.Id, Keys[e.Id] with { FirstUsedAt = happened.At }) },
        AccessEvent.PersonNamed e => Called(e.Id, e.Name, happened.At) with { People = People.SetItem(e.Id, e.Name) },
        var unknown => throw new InvalidOperationException($"Unknown event {unknown}."),
    };

    private AccessState Called(string id, string name, DateTimeOffset at)
    {
        var names = Names.GetValueOrDefault(id) is { IsDefault: false } known ? known : [];
        return names is [.., var newest] && newest.Name == name ? this
            : this with { Names = Names.SetItem(id, [.. names.TakeLast(MostNames - 1), new GivenName(at, name)]) };
    }
}
