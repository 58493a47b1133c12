using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Api.Http;

/// <summary>A page of something ordered by number: what follows <paramref name="After"/>, at most <paramref name="Limit"/>.</summary>
internal sealed record Paging(long After, int Limit)
{
    public const int Most = 1000;

    public static ApiResult.Problem? Read(IQueryCollection query, out Paging paging)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        paging = new Paging(Number(query, "after", 0, 0, long.MaxValue, errors), (int)Number(query, "limit", 100, 1, Most, errors));
        return errors.Count == 0 ? null : ApiResult.Invalid(errors.ToImmutable());
    }

    /// <summary>The same for things ordered by name.</summary>
    public static ApiResult.Problem? Read(IQueryCollection query, out string after, out int limit)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        after = query["after"].ToString();
        limit = (int)Number(query, "limit", 100, 1, Most, errors);
        return errors.Count == 0 ? null : ApiResult.Invalid(errors.ToImmutable());
    }

    /// <summary>The page of <paramref name="all"/> by name: items, and the name after which the next page begins.</summary>
    public static (T[] Items, string? Next) Page<T>(IEnumerable<T> all, Func<T, string> name, string after, int limit)
    {
        var found = all.Where(one => string.CompareOrdinal(name(one), after) > 0).OrderBy(name, StringComparer.Ordinal).Take(limit + 1)
            .ToArray();
        return found.Length <= limit ? (found, null) : (found[..limit], name(found[limit - 1]));
    }

    private static long Number(
        IQueryCollection query, string name, long absent, long least, long most, ImmutableArray<InputError>.Builder errors)
    {
        if (!query.TryGetValue(name, out var text))
        {
            return absent;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        var range = most == long.MaxValue ? $"from {least}" : $"from {least} to {most}";
        errors.Add(new InputError(name, $"must be a whole number {range}, but is '{text}'"));
        return absent;
    }
}
