using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Domain.Conditions;

namespace Orchestrator.Domain.Plans.Sources;

/// <summary>Time span of a query, in Unix milliseconds: from its first moment to that after its last.</summary>
public readonly record struct SourceWindow(long From, long To);

/// <summary>Variables in the texts of a source: a dollar and a name of lower-case letters and underscores.</summary>
internal sealed partial class SourceVariables
{
    public const string Selector = "$selector";
    public const string Query = "$query";
    public const string Segment = "$segment";
    public const string Traffic = "$traffic";

    /// <summary>Words of the audience and the rollout: lower-case letters, digits, hyphens and underscores.</summary>
    public static readonly ImmutableArray<string> Words = ["$variant", Traffic, Segment, "$rollout", "$environment"];

    /// <summary>Bounds of the window, in Unix seconds and milliseconds.</summary>
    public static readonly ImmutableArray<string> Times = ["$from", "$to", "$from_ms", "$to_ms"];

    private readonly Dictionary<string, string> _values;

    /// <param name="words">Values by variable; a variable without one stays unchanged.</param>
    public SourceVariables(IEnumerable<KeyValuePair<string, string>> words) => _values = new(words);

    public static SourceVariables Of(SeriesAudience audience, string rollout, string environment, SourceWindow? window = null)
    {
        var words = new Dictionary<string, string>
        {
            ["$variant"] = audience.Variant == Variant.New ? "new" : "legacy",
            [Traffic] = audience.Traffic == Orchestrator.Domain.Conditions.Traffic.Shadow ? "shadow" : "live",
            [Segment] = audience.Segment ?? "",
            ["$rollout"] = rollout,
            ["$environment"] = environment,
        };
        if (window is { } asked)
        {
            words["$from"] = Number(asked.From / 1000);
            words["$to"] = Number(asked.To / 1000);
            words["$from_ms"] = Number(asked.From);
            words["$to_ms"] = Number(asked.To);
        }

        return new SourceVariables(words);
    }

    /// <summary>With one more variable.</summary>
    public SourceVariables With(string variable, string? value) =>
        value is null ? this : new SourceVariables(_values.Append(KeyValuePair.Create(variable, value)));

    /// <summary>The text with values in place of variables, each written by <paramref name="write"/>.</summary>
    public string Fill(string text, Func<string, string>? write = null) =>
        Form().Replace(
            text, match => !_values.TryGetValue(match.Value, out var value) ? match.Value : write is null ? value : write(value));

    /// <summary>The same for a text in which two dollars are an escape for one.</summary>
    public string FillEscaped(string text, Func<string, string>? write = null) =>
        EscapedForm().Replace(text, match => match.Value == "$$"
            ? "$"
            : !_values.TryGetValue(match.Value, out var value)
            ? match.Value
            : write is null
            ? value
            : write(value));

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\$[a-z_]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form();

    [GeneratedRegex(@"\$\$|\$[a-z_]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex EscapedForm();
}
