using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Api.Requests;

/// <summary>Values of a filter in a query string. Each adds its error, so that all come at once.</summary>
internal static class QueryFilters
{
    /// <summary>Longest text that is searched, and longest actor: more than an id or a name has.</summary>
    private const int Longest = 200;

    /// <summary>A text without white space around it; null for none.</summary>
    public static string? Words(IQueryCollection query, string name, ImmutableArray<InputError>.Builder errors)
    {
        var words = query[name].ToString();
        if (words.Length > Longest)
        {
            errors.Add(new InputError(name, $"may have at most {Longest} characters, but has {words.Length}"));
            return null;
        }

        return string.IsNullOrWhiteSpace(words) ? null : words.Trim();
    }

    /// <summary>An RFC 3339 time; null for none.</summary>
    public static DateTimeOffset? Moment(IQueryCollection query, string name, ImmutableArray<InputError>.Builder errors)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        if (Instants.TryParse(text, out var moment))
        {
            return moment;
        }

        errors.Add(new InputError(name, $"must be an RFC 3339 time such as 2026-03-02T14:03:00Z, but is '{Field.Short(text)}'"));
        return null;
    }

    /// <summary>True or false; false for none.</summary>
    public static bool Flag(IQueryCollection query, string name, ImmutableArray<InputError>.Builder errors)
    {
        var text = query[name].ToString();
        if (text is not ("" or "true" or "false"))
        {
            errors.Add(new InputError(name, $"must be true or false, but is '{Field.Short(text)}'"));
        }

        return text == "true";
    }

    /// <summary>A whole number within bounds; null for none.</summary>
    public static long? Number(IQueryCollection query, string name, long least, long most, ImmutableArray<InputError>.Builder errors)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        var range = most == long.MaxValue ? $"from {least}" : $"from {least} to {most}";
        errors.Add(new InputError(name, $"must be a whole number {range}, but is '{Field.Short(text)}'"));
        return null;
    }
}
