using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Plans.Sources;

/// <summary>Reads the texts of a source of kind <c>json</c>: URL, body, paths.</summary>
internal static partial class JsonSourceText
{
    private const int LongestPath = 500;
    private const int MostFilters = 3;

    private static readonly ImmutableArray<string> InRequest =
        [.. SourceVariables.Words, .. SourceVariables.Times, SourceVariables.Selector, SourceVariables.Query];

    private static readonly ImmutableArray<string> InQuery = [.. SourceVariables.Words, .. SourceVariables.Times, SourceVariables.Selector];

    /// <summary>Without <c>$segment</c>: it is empty for users of no segment, and an empty step makes another path.</summary>
    private static readonly ImmutableArray<string> InPath = [.. SourceVariables.Words.Where(word => word != SourceVariables.Segment),
        .. SourceVariables.Times];

    public static string? Url(Field field)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        SourceText.CheckVariables(field, text, InRequest, escaped: true);
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            && uri.Fragment.Length == 0 && !uri.Authority.Contains('$'))
        {
            return text;
        }

        field.Error($"must be an http or https address without user and password, with variables only after the host, but is {field.Shown}");
        return null;
    }

    public static string? Body(Field field)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        SourceText.CheckVariables(field, text, InRequest, escaped: true);
        // A digit may replace a variable within quotes and without.
        JsonText.Parse(Filled(InRequest, "1").FillEscaped(text), out var errors);
        foreach (var error in errors)
        {
            field.Error($"must be JSON, with variables within quotes or in place of a number, but {error.Message}");
        }

        return text;
    }

    /// <summary>A JSONPath. Its form is restricted to cheap evaluation; the evaluating library checks the syntax.</summary>
    public static string? Path(Field field, PlanScope scope)
    {
        if (field.Text(LongestPath) is not { } text)
        {
            return null;
        }

        SourceText.CheckVariables(field, text, InPath);
        var path = Filled(InPath, "1").Fill(text);
        if (Fault(path) is { } fault)
        {
            field.Error($"{fault}, but is {field.Shown}");
        }
        else if (!path.Contains('$', 1) && scope.PathFault?.Invoke(path) is { } odd)
        {
            field.Error($"must be a JSONPath such as $.series[0].pointlist[-1:][1], but is {field.Shown}: {odd}");
        }

        return text;
    }

    /// <summary><c>query</c> and <c>time</c> of a series.</summary>
    public static (string? Ask, string? Time) Question(MappingReader mapping, SourceShape shape, SourceTexts about)
    {
        var ask = mapping["query"]?.Text();
        var asks = about.Shared.Contains(SourceVariables.Query, StringComparison.Ordinal);
        if (ask is not null)
        {
            SourceText.CheckVariables(mapping["query"]!, ask, InQuery, escaped: true);
        }

        if (asks && mapping["query"] is null)
        {
            mapping.Field.Error("the source uses $query, so 'query' must give its value");
        }
        else if (!asks && mapping["query"] is { } unused && about.Shared.Length > 1)
        {
            unused.Error("neither 'url' nor 'body' of the source uses $query, so this query would never be sent");
        }

        if (shape == SourceShape.Count && mapping["time"] is { } stray)
        {
            stray.Error("a count has the time of its window's end ($to), so it needs no 'time'");
        }

        return (ask, mapping["time"] is { } time ? Path(time, about.Scope) : null);
    }

    /// <summary>A count needs a query about a window, or every query would count the same again.</summary>
    public static void CheckWindow(Field field, string texts)
    {
        if (!(Names(texts, "$from") && Names(texts, "$to")))
        {
            field.Error("a count is queried window after window: url, body, query or path must contain $from and $to (Unix seconds) or $from_ms and $to_ms");
        }
    }

    private static bool Names(string texts, string variable) => texts.Contains(variable, StringComparison.Ordinal);

    private static string? Fault(string path)
    {
        if (path[0] != '$' || (path.Length > 1 && path[1] is not ('.' or '[')))
        {
            return "must be a JSONPath, which begins with $. or $[";
        }

        if (path.Contains('$', 1) && !VariableLeft().IsMatch(path))
        {
            return "must contain the root $ once, at its beginning";
        }

        return path.Split("..").Length > 2 || (path.Contains("..", StringComparison.Ordinal) && path.Contains('?', StringComparison.Ordinal))
            ? "must contain .. at most once, and not beside a filter"
            : path.Count(c => c == '?') > MostFilters ? $"must contain at most {MostFilters} filters"
            : path.Contains("=~", StringComparison.Ordinal) ? "must not contain a pattern (=~)"
            : NegativeIndex().IsMatch(path) ? "must count from the end by a slice: [-1:] is the last element"
            : null;
    }

    private static SourceVariables Filled(ImmutableArray<string> known, string value) =>
        new(known.Select(variable => KeyValuePair.Create(variable, value)));

    private static bool Contains(this string text, char wanted, int from) => text.IndexOf(wanted, from) >= 0;

    // An unknown one has its own error.
    [GeneratedRegex(@"\$[A-Za-z_]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex VariableLeft();

    [GeneratedRegex(@"[\[,]\s*-[0-9]+\s*[\],]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NegativeIndex();
}
