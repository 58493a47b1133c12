using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Api.Http;

/// <summary>
/// Values of a query string that filter: one of a few words, or the id of something. A value that no answer can match is refused and not
/// answered with an empty list.
/// </summary>
internal static class QueryValues
{
    /// <summary>
    /// One name of an enumeration as answers show it, in upper or lower case; its number is not taken. Null when the query string lacks it.
    /// </summary>
    public static ApiResult.Problem? OneOf<TEnum>(this IQueryCollection query, string name, out TEnum? chosen)
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
        return ApiResult.Invalid(name, $"must be {string.Join(", ", known[..^1])} or {known[^1]}, given once, but is '{given}'");
    }

    /// <summary>
    /// Some names of an enumeration, as <see cref="OneOf"/>, given once for each or with commas between them. Null when the query string
    /// lacks them.
    /// </summary>
    public static ApiResult.Problem? SomeOf<TEnum>(this IQueryCollection query, string name, out TEnum[]? chosen)
        where TEnum : struct, Enum
    {
        chosen = null;
        if (!query.TryGetValue(name, out var given))
        {
            return null;
        }

        var names = Enum.GetNames<TEnum>();

        // A longer list repeats a name, or has one that does not exist.
        var words = given.SelectMany(one => (one ?? "").Split(',')).Distinct(StringComparer.OrdinalIgnoreCase).Take(names.Length + 1)
            .ToArray();
        if (words.FirstOrDefault(word => !names.Contains(word, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            var known = names.Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();
            return ApiResult.Invalid(
                name, $"must be {string.Join(", ", known[..^1])} or {known[^1]}, or some of them, but is '{Field.Short(unknown)}'");
        }

        chosen = [.. words.Select(word => Enum.Parse<TEnum>(word, ignoreCase: true))];
        return null;
    }

    /// <summary><c>true</c> or <c>false</c>; false when the query string lacks it.</summary>
    public static ApiResult.Problem? Flag(this IQueryCollection query, string name, out bool value)
    {
        value = false;
        return !query.TryGetValue(name, out var given) || (given.Count == 1 && bool.TryParse(given, out value))
            ? null
            : ApiResult.Invalid(name, $"must be true or false, given once, but is '{Field.Short(given.ToString())}'");
    }

    /// <summary>An id; null when the query string lacks it.</summary>
    public static ApiResult.Problem? Id(this IQueryCollection query, string name, out string? id)
    {
        id = query.TryGetValue(name, out var given) ? given.ToString() : null;
        return id is null || (given.Count == 1 && NameForm.IsId(id))
            ? null
            : ApiResult.Invalid(name, $"must be {NameForm.Rule(underscore: false)}, but is '{id}'");
    }
}
