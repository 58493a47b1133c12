using System.Text.RegularExpressions;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Plans.Sources;

/// <summary>Reads <c>variants</c> of a source or a series: the values of <c>$selector</c>.</summary>
internal static class SelectorReader
{
    private const int Longest = 500;
    private const string Matcher = """[a-zA-Z_][a-zA-Z0-9_]*\s*(=~|!~|!=|=)\s*("([^"\\]|\\.)*"|'([^'\\]|\\.)*'|`[^`]*`)""";

    /// <summary>Label matchers of PromQL as written within braces.</summary>
    private static readonly Regex Matchers = new($@"^\s*{Matcher}(\s*,\s*{Matcher})*\s*,?\s*\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <param name="field">The mapping.</param>
    /// <param name="json">True when the source is JSON, where a selector is any text.</param>
    public static VariantSelectors? Read(Field field, bool json)
    {
        if (field.Mapping(PlanKeys.SourceVariants) is not { } mapping)
        {
            return null;
        }

        var selectors = new VariantSelectors(One(mapping["legacy"], json), One(mapping["new"], json));
        if (mapping["legacy"] is null && mapping["new"] is null)
        {
            field.Error("needs a selector for new, for legacy, or for both");
            return null;
        }

        if (selectors is { Legacy: { } legacy, New: { } other } && legacy == other)
        {
            field.Error("new and legacy have the same selector, so each would be compared with itself");
        }

        return selectors;
    }

    private static string? One(Field? field, bool json)
    {
        if (field?.Text(Longest) is not { } text)
        {
            return null;
        }

        SourceText.CheckVariables(
            field, text, json ? [.. SourceVariables.Words, .. SourceVariables.Times] : SourceVariables.Words, escaped: json);
        if (!json && !Matchers.IsMatch(text))
        {
            field.Error($"must be label matchers such as app=\"podinfo\",version=~\"v2.*\", without braces, but is {field.Shown}");
        }

        return text;
    }
}
