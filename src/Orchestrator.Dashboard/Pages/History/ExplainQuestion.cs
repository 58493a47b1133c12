using System.Globalization;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.History;

/// <summary>A question for one user, as it was typed.</summary>
/// <param name="Body">Body for the API.</param>
/// <param name="Whole">Body for the whole time up to now.</param>
/// <param name="At">The moment; null for now.</param>
/// <param name="Errors">Errors by field; all at once.</param>
public sealed record ExplainQuestion(object Body, object Whole, DateTimeOffset? At, IReadOnlyDictionary<string, string> Errors)
{
    /// <summary>Most attributes that are read.</summary>
    private const int MostAttributes = 100;

    private static readonly string[] Fields = ["flag", "user", "attributes", "at"];

    /// <summary>Reads the fields.</summary>
    /// <param name="flag">Key of the flag.</param>
    /// <param name="user">Key of the user; empty for none.</param>
    /// <param name="attributes">A line an attribute: <c>name = value</c>.</param>
    /// <param name="at">Moment; empty for now.</param>
    /// <param name="viewer">Zone of the moment.</param>
    public static ExplainQuestion Read(string? flag, string? user, string? attributes, string? at, Viewer viewer)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(flag))
        {
            errors["flag"] = "The flag is missing.";
        }

        DateTimeOffset? moment = null;
        if (!string.IsNullOrWhiteSpace(at))
        {
            if (Moments.TryRead(at, viewer, out var read))
            {
                moment = read;
            }
            else
            {
                errors["at"] = $"'{Short(at)}' is no moment: write 2026-03-02T14:03.";
            }
        }

        var context = Context(attributes, errors);
        if (!string.IsNullOrEmpty(user))
        {
            context["targetingKey"] = user;
        }

        var whole = new Dictionary<string, object?> { ["flag"] = flag?.Trim(), ["context"] = context };
        var body = new Dictionary<string, object?>(whole);
        if (moment is { } known)
        {
            body["at"] = Moments.Machine(known);
        }

        return new ExplainQuestion(body, whole, moment, errors);
    }

    /// <summary>Errors of a problem, by the field that has the value.</summary>
    public static IReadOnlyDictionary<string, string> ByField(ApiProblem problem)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var error in problem.Errors ?? [])
        {
            var field = error.Path.StartsWith("context.targetingKey", StringComparison.Ordinal) ? "user"
                : error.Path.StartsWith("context", StringComparison.Ordinal) ? "attributes"
                : error.Path;
            if (Fields.Contains(field))
            {
                errors[field] = errors.TryGetValue(field, out var before) ? $"{before} {error.Message}." : $"{error.Message}.";
            }
        }

        return errors;
    }

    private static Dictionary<string, object?> Context(string? attributes, Dictionary<string, string> errors)
    {
        var context = new Dictionary<string, object?>(StringComparer.Ordinal);
        var wrong = new List<string>();
        foreach (var (line, number) in (attributes ?? "").ReplaceLineEndings("\n").Split('\n').Select((line, i) => (line.Trim(), i + 1)))
        {
            if (line.Length == 0)
            {
                continue;
            }

            var at = line.IndexOf('=', StringComparison.Ordinal);
            var name = at < 0 ? "" : line[..at].Trim();
            if (name.Length == 0)
            {
                wrong.Add($"Line {number} '{Short(line)}' is not of the form name = value.");
            }
            else if (name == "targetingKey")
            {
                wrong.Add($"Line {number}: the user key has a field of its own.");
            }
            else if (!context.TryAdd(name, Value(line[(at + 1)..].Trim())))
            {
                wrong.Add($"Line {number}: '{Short(name)}' stands twice.");
            }
        }

        if (context.Count > MostAttributes)
        {
            wrong.Add($"There may be at most {MostAttributes} attributes, but there are {context.Count}.");
        }

        if (wrong.Count > 0)
        {
            errors["attributes"] = string.Join(' ', wrong.Take(10));
        }

        return context;
    }

    /// <summary>A boolean, a number, or text; text in quotes stays text.</summary>
    private static object Value(string text) => text switch
    {
        "true" => true,
        "false" => false,
        ['"', .. var inner, '"'] => inner,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        _ when double.TryParse(
                text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) => number,
        _ => text,
    };

    private static string Short(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
