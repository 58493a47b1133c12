using System.Text;

namespace Orchestrator.PlanFiles;

/// <summary>
/// Puts quotes around bare comparisons. Authors write <c>alert: > 0.2%</c>, but to YAML a bare &gt; opens a block of folded text. After it
/// only a line's end or an indentation digit may follow, so a number there can mean nothing else. Only for texts that are no YAML
/// otherwise, and lines stay where they are (decision 68). Each character is looked at a bounded number of times.
/// </summary>
internal static class BareComparisons
{
    private const string Baseline = "baseline";
    private const string Ends = ",}]#\r";
    private const string EndsOrQuotes = Ends + "\"'";

    /// <summary>The text with its bare comparisons in quotes; the same text when there is none.</summary>
    public static string Quote(string text)
    {
        for (var colon = text.IndexOf(':'); colon >= 0; colon = text.IndexOf(':', colon + 1))
        {
            if (Begin(text, colon + 1) is not null)
            {
                return string.Join('\n', text.Split('\n').Select(QuoteLine));
            }
        }

        return text;
    }

    private static string QuoteLine(string line)
    {
        if (!line.Contains('>'))
        {
            return line;
        }

        var written = new StringBuilder(line.Length + 16);
        var (quote, copied, hopeless) = ('\0', 0, 0);
        for (var i = 0; i < line.Length; i++)
        {
            if (quote == '\0' && line[i] is '"' or '\'' or '#')
            {
                quote = line[i];
            }
            else if (line[i] == quote && quote != '#')
            {
                quote = '\0';
            }
            else if (quote == '\0' && line[i] == ':' && Begin(line, i + 1) is { } begin && begin >= hopeless)
            {
                var length = line.AsSpan(begin).IndexOfAny(EndsOrQuotes);
                var end = length < 0 ? line.Length : begin + length;
                if (end < line.Length && !Ends.Contains(line[end]))
                {
                    // A quote before the end spoils every value that begins before it.
                    hopeless = end;
                    continue;
                }

                var value = line.AsSpan(begin, end - begin).TrimEnd();
                written.Append(line.AsSpan(copied, begin - copied)).Append('"').Append(value).Append('"');
                copied = begin + value.Length;
                i = end - 1;
            }
        }

        return written.Append(line.AsSpan(copied)).ToString();
    }

    /// <summary>Index of a bare comparison with a number or the baseline after a colon and white space; null for none.</summary>
    private static int? Begin(string line, int at)
    {
        var begin = Skip(line, at, char.IsWhiteSpace);
        if (begin == at || begin == line.Length || line[begin] != '>')
        {
            return null;
        }

        var sign = begin + 1;
        if (sign < line.Length && line[sign] == '=')
        {
            sign++;
        }

        var number = Skip(line, sign, char.IsWhiteSpace);
        if (number == begin + 1)
        {
            // YAML reads >2 as a block with an indentation, unless a unit follows.
            var unit = Skip(line, Skip(line, number, letter => char.IsAsciiDigit(letter) || letter == '.'), char.IsWhiteSpace);
            if (unit == line.Length || !(line[unit] == '%' || char.IsAsciiLetter(line[unit])) || !char.IsAsciiDigit(line[number]))
            {
                return null;
            }
        }

        var rest = line.AsSpan(number);
        return rest is [>= '0' and <= '9', ..] or ['-', >= '0' and <= '9', ..] || rest.StartsWith(Baseline, StringComparison.Ordinal)
            ? begin
            : null;
    }

    private static int Skip(string line, int at, Func<char, bool> skipped)
    {
        while (at < line.Length && skipped(line[at]))
        {
            at++;
        }

        return at;
    }
}
