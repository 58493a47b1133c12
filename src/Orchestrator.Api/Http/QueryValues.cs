using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Requests;

namespace Orchestrator.Api.Http;

/// <summary>Values of a query that choose: one of a few words, or the id of something. A value that no answer can match is refused and not answered with an empty list.</summary>
internal static class QueryValues
{
    /// <summary>One of the names of an enumeration as answers show them, upper or lower case; its number is none. Null when the query does not ask.</summary>
    public static Answer.Problem? OneOf<TEnum>(this IQueryCollection query, string name, out TEnum? chosen)
        where TEnum : struct, Enum
    {
        chosen = null;
        if (!query.TryGetValue(name, out var given))
        {
            return null;
        }

        var names = Enum.GetNames<TEnum>();
        var index = Array.FindIndex(names, one => string.Equals(one, given, StringComparison.OrdinalIgnoreCase));
        if (given.Count == 1 && index >= 0)
        {
            chosen = Enum.Parse<TEnum>(names[index]);
            return null;
        }

        var known = names.Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();
        return Answer.Invalid(name, $"must be {string.Join(", ", known[..^1])} or {known[^1]}, given once, but is '{given}'");
    }

    /// <summary>An id; null when the query does not ask.</summary>
    public static Answer.Problem? Id(this IQueryCollection query, string name, out string? id)
    {
        id = query.TryGetValue(name, out var given) ? given.ToString() : null;
        return id is null || (given.Count == 1 && Names.IsId(id)) ? null : Answer.Invalid(name, Names.IdRule(id));
    }
}
