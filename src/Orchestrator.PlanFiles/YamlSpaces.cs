using System.Text;

namespace Orchestrator.PlanFiles;

/// <summary>Spaces of one line: after a dash, a comma and a hash, and inside of braces. Reads each character once.</summary>
internal static class YamlSpaces
{
    /// <summary>The line without its indentation, in canonical spaces.</summary>
    /// <param name="line">The line, without spaces at its ends.</param>
    /// <param name="depth">Open braces and brackets from the lines before, and after it.</param>
    public static string Of(string line, ref int depth)
    {
        var written = new StringBuilder(line.Length + 8);
        var (quote, before, lead) = ('\0', '\0', true);
        for (var i = 0; i < line.Length; i++)
        {
            var letter = line[i];
            if (quote != '\0')
            {
                written.Append(letter);
                if (letter == '\\' && quote == '"' && i + 1 < line.Length)
                {
                    written.Append(line[++i]);
                }
                else if (letter == quote)
                {
                    quote = '\0';
                }

                continue;
            }

            if (letter == '#' && (i == 0 || line[i - 1] is ' ' or '\t'))
            {
                return written.Append(Comment(line.AsSpan(i))).ToString();
            }

            var begins = lead || (before == ':' && line[i - 1] == ' ') || (depth > 0 && before is '{' or '[' or ',' or ':');
            switch (letter)
            {
                case ' ':
                    written.Append(letter);
                    continue;
                case '"' or '\'' when begins:
                    quote = letter;
                    written.Append(letter);
                    break;
                case '{' when begins:
                    depth++;
                    i = Skip(line, i);
                    written.Append(i + 1 == line.Length || line[i + 1] == '}' ? "{" : "{ ");
                    break;
                case '[' when begins:
                    depth++;
                    written.Append('[');
                    break;
                case '}' when depth > 0:
                    depth--;
                    if (before is not ('{' or '\0'))
                    {
                        Trim(written).Append(' ');
                    }

                    written.Append('}');
                    break;
                case ']' when depth > 0:
                    depth--;
                    written.Append(']');
                    break;
                case ',' when depth > 0:
                    i = Skip(line, i);
                    Trim(written).Append(i + 1 < line.Length ? ", " : ",");
                    break;
                case '-' when lead && i + 1 < line.Length && line[i + 1] == ' ':
                    i = Skip(line, i);
                    written.Append("- ");
                    continue;
                default:
                    written.Append(letter);
                    break;
            }

            (before, lead) = (letter, false);
        }

        return written.ToString();
    }

    /// <summary>A space after the hash of a comment that has words.</summary>
    private static string Comment(ReadOnlySpan<char> comment) =>
        comment.Length > 1 && (char.IsLetterOrDigit(comment[1]) || comment[1] is '`' or '"' or '(') ? $"# {comment[1..]}" : comment.ToString();

    private static StringBuilder Trim(StringBuilder written)
    {
        while (written.Length > 0 && written[^1] == ' ')
        {
            written.Length--;
        }

        return written;
    }

    /// <summary>The last index of the spaces after a character.</summary>
    private static int Skip(string line, int at)
    {
        while (at + 1 < line.Length && line[at + 1] == ' ')
        {
            at++;
        }

        return at;
    }
}
