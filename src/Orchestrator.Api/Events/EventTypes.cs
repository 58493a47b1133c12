using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Api.Events;

/// <summary>Filter by event types, by their public names.</summary>
internal sealed class EventTypes
{
    /// <summary>Most names in a filter: more than there are types make no sense.</summary>
    private const int Most = 100;

    private readonly HashSet<string>? _names;

    private EventTypes(HashSet<string>? names) => _names = names;

    /// <summary>True without a filter.</summary>
    public bool All => _names is null;

    /// <summary>True when the filter includes a stored type.</summary>
    public bool Include(string stored) => _names is null || _names.Contains(EventView.Name(stored));

    /// <summary>Reads <c>?type=</c>, given once for each type or with commas between them; an unknown name is refused.</summary>
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
            return ApiResult.Invalid("type", $"there is no event type '{Field.Short(unknown)}'{Nearest.Hint(unknown, EventView.AllNames)}");
        }

        types = new EventTypes([.. names]);
        return null;
    }
}
