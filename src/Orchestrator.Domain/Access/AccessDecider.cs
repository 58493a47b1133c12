using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Access;

/// <summary>Decides about API keys.</summary>
public static class AccessDecider
{
    /// <summary>Longest name of a person, in characters.</summary>
    public const int LongestName = 200;

    /// <summary>Most people whose names are kept; later ones are known by their subject alone.</summary>
    public const int MostPeople = 10_000;

    /// <summary>The events that follow from a command.</summary>
    public static Decision<AccessEvent> Decide(AccessState state, AccessCommand command) => command switch
    {
        AccessCommand.Create c when state.Working(c.Id) is { } existing && existing.Hash == c.Hash => Decision<AccessEvent>.Of(),
        AccessCommand.Create c when state.Keys.ContainsKey(c.Id) => Decision<AccessEvent>.No("key.exists", $"Key {c.Id} already exists."),
        AccessCommand.Create c => Decision<AccessEvent>.Of(
            new AccessEvent.KeyCreated(c.Id, c.Name, c.Role, c.Environment, c.Hash) { Rollouts = c.Rollouts, Person = c.Person }),
        AccessCommand.Revoke c => Revoke(state, c.Id),
        AccessCommand.Set c => Set(state, c),
        AccessCommand.Withdraw c =>
            state.Working(c.Id) is null ? Decision<AccessEvent>.Of() : Decision<AccessEvent>.Of(new AccessEvent.KeyRevoked(c.Id)),
        AccessCommand.Use { Reading: true } c => state.Working(c.Id) is { FirstUsedAt: null, FirstReadAt: null }
            ? Decision<AccessEvent>.Of(new AccessEvent.KeyUsed(c.Id) { Reading = true }) : Decision<AccessEvent>.Of(),
        AccessCommand.Use c => state.Working(c.Id) is { FirstUsedAt: null }
            ? Decision<AccessEvent>.Of(new AccessEvent.KeyUsed(c.Id))
            : Decision<AccessEvent>.Of(),
        AccessCommand.Introduce c => Introduce(state, c),
        AccessCommand.Bootstrap when state.HasAdmin() => Decision<AccessEvent>.Of(),
        AccessCommand.Bootstrap c => Decision<AccessEvent>.Of(new AccessEvent.KeyCreated(c.Id, c.Name, Role.Admin, null, c.Hash)),
        _ => throw new InvalidOperationException($"Unknown command {command}."),
    };

    private static Decision<AccessEvent> Revoke(AccessState state, string id)
    {
        if (!state.Keys.TryGetValue(id, out var key))
        {
            return Decision<AccessEvent>.No("key.not_found", $"There is no key {id}.");
        }

        if (key.RevokedAt is not null)
        {
            return Decision<AccessEvent>.Of();
        }

        return key.Role == Role.Admin && !state.HasAdmin(exceptId: id)
            ? Decision<AccessEvent>.No("key.last_admin", "This is the last admin key; without it no other key can be created. Create another admin key first.")
            : Decision<AccessEvent>.Of(new AccessEvent.KeyRevoked(id));
    }

    private static Decision<AccessEvent> Introduce(AccessState state, AccessCommand.Introduce c)
    {
        if (c.Name.Length is 0 or > LongestName)
        {
            return Decision<AccessEvent>.No("person.name", $"The name of a person has 1 to {LongestName} characters.");
        }

        var known = state.People.GetValueOrDefault(c.Id);
        return known == c.Name || (known is null && state.People.Count >= MostPeople)
            ? Decision<AccessEvent>.Of()
            : Decision<AccessEvent>.Of(new AccessEvent.PersonNamed(c.Id, c.Name));
    }

    private static Decision<AccessEvent> Set(AccessState state, AccessCommand.Set c)
    {
        var created = new AccessEvent.KeyCreated(c.Id, c.Name, c.Role, c.Environment, c.Hash);
        return state.Working(c.Id) switch
        {
            null => Decision<AccessEvent>.Of(created),
            { } k when k.Hash == c.Hash && k.Role == c.Role && k.Environment == c.Environment => Decision<AccessEvent>.Of(),

            // The same text under another hash: a node of an earlier build, which cannot read the new one, keeps the key that it has.
            { } k when k.Hash == c.FormerHash && k.Role == c.Role && k.Environment == c.Environment => Decision<AccessEvent>.Of(created),
            _ => Decision<AccessEvent>.Of(new AccessEvent.KeyRevoked(c.Id), created),
        };
    }
}
