using System.Text.RegularExpressions;

namespace Orchestrator.Api.Plans;

/// <summary>
/// People write <c>alert: > 0.2%</c>, but to YAML a bare &gt; opens a block of folded text. After it only a line's end or an
/// indentation digit may follow, so a number there can mean nothing else: such values get their quotes. Only for texts that are no
/// YAML otherwise, and lines stay where they are.
/// </summary>
internal static partial class BareComparisons
{
    // What stands before a match is looked at again for each: a person's line is short.
    private const int Longest = 2000;

    public static string Quote(string text) => string.Join('\n', text.Split('\n').Select(QuoteLine));

    private static string QuoteLine(string line) =>
        line.Length > Longest ? line : Bare().Replace(line, found => Quoted(line.AsSpan(0, found.Index))
            ? found.Value
            : $"{found.Groups["key"].Value}\"{found.Groups["value"].Value}\"");

    private static bool Quoted(ReadOnlySpan<char> before)
    {
        var quote = '\0';
        foreach (var letter in before)
        {
            if (quote == '\0' && letter is '"' or '\'' or '#')
            {
                quote = letter;
            }
            else if (letter == quote && letter != '#')
            {
                quote = '\0';
            }
        }

        return quote != '\0';
    }

    [GeneratedRegex(
        @"(?<key>:\s+)(?<value>>(=\s*|\s+|(?=[0-9.]+\s*[%A-Za-z]))(-?[0-9]|baseline)[^,}\]#""'\r\n]*?)(?=\s*([,}\]#\r]|$))",
        RegexOptions.CultureInvariant)]
    private static partial Regex Bare();
}
