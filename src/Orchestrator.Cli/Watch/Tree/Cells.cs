using System.Globalization;
using System.Text;
using Spectre.Console.Rendering;

namespace Orchestrator.Cli.Watch.Tree;

/// <summary>Columns that text takes in a terminal: a letter of Chinese takes two, an accent none.</summary>
internal static class Cells
{
    public static int Of(string text) => Narrow(text) ? text.Length : text.EnumerateRunes().Sum(rune => Of(rune));

    /// <summary>The longest beginning of a text in so many columns.</summary>
    public static string Head(string text, int width)
    {
        var (length, used) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            used += Of(rune);
            if (used > width)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }

    /// <summary>The text in at most so many columns; one that is longer ends with <paramref name="more"/>.</summary>
    public static string Cut(string text, int width, string more) =>
        Of(text) <= width ? text : Head(text, Math.Max(0, width - Of(more))).TrimEnd() + Head(more, width);

    /// <summary>The text in lines of at most so many columns, broken between words, or inside one that is longer than a line.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        width = Math.Max(1, width);
        var lines = new List<string>();
        var line = new StringBuilder();
        var used = 0;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var rest = word;
            if (used > 0 && used + 1 + Of(rest) > width)
            {
                End();
            }

            while (Of(rest) > width)
            {
                // A letter that is wider than the line stands alone: each turn takes at least one.
                var head = Head(rest, width) is { Length: > 0 } some ? some : rest.EnumerateRunes().First().ToString();
                lines.Add(head);
                rest = rest[head.Length..];
            }

            if (rest.Length > 0)
            {
                line.Append(used > 0 ? " " : "").Append(rest);
                used += (used > 0 ? 1 : 0) + Of(rest);
            }
        }

        End();
        return lines;

        void End()
        {
            if (used > 0)
            {
                lines.Add(line.ToString());
                line.Clear();
                used = 0;
            }
        }
    }

    private static bool Narrow(string text)
    {
        foreach (var one in text)
        {
            if (one >= 0x300 && one is not (>= '\u2500' and <= '\u25FF') and not ('…' or '✓' or '✕'))
            {
                return false;
            }
        }

        return true;
    }

    private static int Of(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ when rune.Value < 0x300 => 1,
        _ => Math.Max(1, new Segment(rune.ToString()).CellCount()),
    };
}
