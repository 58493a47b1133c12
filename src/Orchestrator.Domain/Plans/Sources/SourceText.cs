using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Plans.Sources;

/// <summary>Variables in the texts of sources.</summary>
internal static partial class SourceText
{
    /// <summary>Reports every unknown variable.</summary>
    /// <param name="field">Place of the text.</param>
    /// <param name="text">The text.</param>
    /// <param name="known">Variables with a value here.</param>
    /// <param name="escaped">True when two dollars are an escape for one.</param>
    public static void CheckVariables(Field field, string text, ImmutableArray<string> known, bool escaped = false)
    {
        foreach (Match variable in (escaped ? EscapedForm() : VariableForm()).Matches(text))
        {
            if (variable.Value != "$$" && !known.Contains(variable.Value))
            {
                var hint = escaped && known.Length > 0 ? "; write $$ for a dollar" : "";
                field.Error($"unknown variable '{Field.Short(variable.Value)}' (known: {string.Join(", ", known)}{hint})");
            }
        }
    }

    // A dollar before anything but a letter is an end of line in a PromQL pattern.
    [GeneratedRegex(@"\$[A-Za-z_]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex VariableForm();

    [GeneratedRegex(@"\$\$|\$[A-Za-z_]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex EscapedForm();
}
