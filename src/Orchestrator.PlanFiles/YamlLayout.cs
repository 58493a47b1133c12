using System.Text;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orchestrator.PlanFiles;

/// <summary>Lays out the lines of a YAML text. Lines stay lines: only their indentation and the spaces between tokens change.</summary>
internal static partial class YamlLayout
{
    private const int Step = 2;

    /// <summary>The text in canonical layout; null when it is no YAML.</summary>
    public static string? Of(string text)
    {
        if (Continued(text) is { } own)
        {
            return Laid(text.Split('\n'), own);
        }

        var quoted = BareComparisons.Quote(text);
        return Continued(quoted) is { } lines ? Laid(quoted.Split('\n'), lines) : null;
    }

    /// <summary>Kind of each line that continues a value of a line before it; null when the text is no YAML.</summary>
    private static Dictionary<int, Continuation>? Continued(string text)
    {
        var written = text.Split('\n');
        var lines = new Dictionary<int, Continuation>();
        var open = new Stack<(bool Flow, int Line)>();
        var flows = 0;
        try
        {
            var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
            while (parser.MoveNext())
            {
                switch (parser.Current)
                {
                    case Scalar scalar:
                        var block = scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded;

                        // The mark at the end of a block is the begin of the line after it.
                        var last = (int)scalar.End.Line - (block || scalar.End.Column == 1 ? 1 : 0);
                        while (block && last > scalar.Start.Line && !Header().Match(written[scalar.Start.Line - 1]).Groups["keep"].Success
                            && (last > written.Length || written[last - 1].AsSpan().Trim().IsEmpty))
                        {
                            last--;
                        }

                        for (var line = (int)scalar.Start.Line + 1; line <= last; line++)
                        {
                            lines[line] = block ? Continuation.Block : Continuation.Scalar;
                        }

                        break;
                    case MappingStart mapping:
                        Begin(mapping.Style == MappingStyle.Flow, mapping.Start);
                        break;
                    case SequenceStart sequence:
                        Begin(sequence.Style == SequenceStyle.Flow, sequence.Start);
                        break;
                    case MappingEnd or SequenceEnd:
                        var (flow, begin) = open.Pop();
                        if (flow && --flows == 0)
                        {
                            for (var line = begin + 1; line <= parser.Current!.End.Line; line++)
                            {
                                lines.TryAdd(line, Continuation.Flow);
                            }
                        }

                        break;
                }
            }
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            return null;
        }

        return lines;

        void Begin(bool flow, Mark start)
        {
            open.Push((flow, (int)start.Line));
            flows += flow ? 1 : 0;
        }
    }

    private static string Laid(string[] lines, Dictionary<int, Continuation> continued)
    {
        var levels = new List<Level>();
        var moved = new int[lines.Length];
        int? shift = null;
        for (var i = 0; i < lines.Length; i++)
        {
            if (continued.TryGetValue(i + 1, out var kind))
            {
                // The first line of a value goes one level below its owner, and the others keep their distance to it.
                if (!lines[i].AsSpan().Trim().IsEmpty)
                {
                    shift ??= levels[^1].Now + Step - Indent(lines[i]);
                }

                moved[i] = kind == Continuation.Scalar ? levels[^1].Now + Step - Indent(lines[i]) : shift ?? 0;
            }
            else if (IsStructure(lines[i]))
            {
                moved[i] = Enter(lines[i], levels);

                // A block that says its own indentation keeps it.
                shift = Header().Match(lines[i]).Groups["own"].Success ? levels[^1].Now - levels[^1].Was : null;
            }
        }

        // A comment belongs to the line below it.
        for (var (i, below) = (lines.Length - 1, 0); i >= 0; i--)
        {
            if (IsStructure(lines[i]) && !continued.ContainsKey(i + 1))
            {
                below = Indent(lines[i]) + moved[i];
            }
            else if (!continued.ContainsKey(i + 1))
            {
                moved[i] = below - Indent(lines[i]);
            }
        }

        var laid = new StringBuilder();
        var depth = 0;
        var empty = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            var kind = continued.GetValueOrDefault(i + 1);
            if (kind != Continuation.Block && lines[i].AsSpan().Trim().IsEmpty)
            {
                empty++;
                continue;
            }

            if (empty > 0 && laid.Length > 0)
            {
                laid.Append('\n', kind is Continuation.Scalar ? empty : 1);
            }

            empty = 0;
            var indent = Math.Max(0, Indent(lines[i]) + moved[i]);
            if (kind == Continuation.Block)
            {
                laid.Append(lines[i].AsSpan().Trim().IsEmpty ? "" : new string(' ', indent) + lines[i][Indent(lines[i])..]);
            }
            else
            {
                var rest = lines[i].Trim();
                laid.Append(' ', indent).Append(kind == Continuation.Scalar ? rest : YamlSpaces.Of(rest, ref depth));
            }

            laid.Append('\n');
        }

        return laid.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>Header of a block of text at the end of a line: <c>|</c>, <c>&gt;-</c>, <c>|2+</c>.</summary>
    [GeneratedRegex(@"[|>](?:(?<own>[1-9])|(?<keep>\+)|-){0,2}\s*(?:\s#.*)?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Header();

    private static bool IsStructure(string line) => line.AsSpan().TrimStart() is [not '#', ..];

    private static int Indent(string line) => line.Length - line.AsSpan().TrimStart(' ').Length;

    /// <summary>Enters the levels that a line begins, and leaves those that it ends. Returns the move of the line.</summary>
    private static int Enter(string line, List<Level> levels)
    {
        var (at, item, first) = (Indent(line), IsItem(line, Indent(line)), 0);
        for (var dash = true; dash; item = IsItem(line, at))
        {
            levels.RemoveAll(level => level.Was > at || (level.Was == at && level.Item && !item));
            var level = levels.FindLast(one => one.Was == at && one.Item == item);
            if (level is null)
            {
                var above = levels.Count == 0 ? (int?)null : levels[^1].Now;
                level = new Level(at, above is { } now ? now + Step : 0, item);
                levels.Add(level);
            }

            first = first == 0 && at == Indent(line) ? level.Now + 1 : first;
            dash = item;
            if (dash)
            {
                var rest = line.AsSpan(at + 1);
                at += 1 + rest.Length - rest.TrimStart(' ').Length;
                dash = at < line.Length && (IsItem(line, at) || IsKey(line, at));
            }
        }

        return first - 1 - Indent(line);
    }

    private static bool IsItem(string line, int at) =>
        at < line.Length && line[at] == '-' && (at + 1 == line.Length || line[at + 1] == ' ');

    /// <summary>True where a key of a block mapping begins: a colon follows outside of quotes and braces.</summary>
    private static bool IsKey(string line, int at)
    {
        if (line[at] is '{' or '[' or '#' or '&' or '*' or '|' or '>')
        {
            return false;
        }

        var quote = line[at] is '"' or '\'' ? line[at] : '\0';
        for (var i = quote == '\0' ? at : at + 1; i < line.Length; i++)
        {
            if (quote != '\0')
            {
                quote = line[i] == quote ? '\0' : quote;
            }
            else if (line[i] == ':' && (i + 1 == line.Length || line[i + 1] == ' '))
            {
                return true;
            }
            else if (line[i] == '#' && line[i - 1] == ' ')
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>A level of indentation.</summary>
    /// <param name="Was">Its column in the text.</param>
    /// <param name="Now">Its column in the layout.</param>
    /// <param name="Item">True for the dashes of a list.</param>
    private sealed record Level(int Was, int Now, bool Item);

    /// <summary>Kind of a line that continues a value.</summary>
    private enum Continuation
    {
        None,
        Block,
        Scalar,
        Flow,
    }
}
