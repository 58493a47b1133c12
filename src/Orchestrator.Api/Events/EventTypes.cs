using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Api.Events;

/// <summary>Types of events that a caller asks for, by their public names.</summary>
internal sealed class EventTypes
{
    /// <summary>More names than there are types say nothing more.</summary>
    private const int Most = 100;

    private readonly HashSet<string>? _names;

    private EventTypes(HashSet<string>? names) => _names = names;

    /// <summary>True when the caller did not ask for some.</summary>
    public bool All => _names is null;

    /// <summary>True when the caller asked for a stored type.</summary>
    public bool Include(string stored) => _names is null || _names.Contains(EventView.Name(stored));

    /// <summary>Reads <c>?type=</c>, given once for each type or with commas between them; a name that no event has is refused.</summary>
    public static ApiResult.Problem? Read(IQueryCollection query, out EventTypes types)
    {
        types = new EventTypes(null);
        if (!query.TryGetValue("type", out var given))
        {
            return null;
        }

        var names = given.SelectMany(one => (one ?? "").Split(',')).Distinct(StringComparer.Ordinal).Take(Most).ToArray();
        if (names.FirstOrDefault(name => !EventView.AllNames.Contains(name)) is { } unknown)
        {
            return ApiResult.Invalid("type", $"no event has the type '{Field.Short(unknown)}'{Nearest.Hint(unknown, EventView.AllNames)}");
        }

        types = new EventTypes([.. names]);
        return null;
    }
}
