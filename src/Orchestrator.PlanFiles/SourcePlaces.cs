using System.Globalization;
using Orchestrator.Domain.Documents;

namespace Orchestrator.PlanFiles;

/// <summary>
/// Places of errors in their source. An error about a value has its line; the column follows from the value's node. An error inside a
/// condition has the column in its text, to which the place of the text is added.
/// </summary>
internal static class SourcePlaces
{
    public static (int Line, int Column) Of(PlanSource source, InputError error)
    {
        if (source.Root is not { } root || error.Path.Length == 0)
        {
            return (error.Line ?? 1, error.Path.Length == 0 ? error.Column ?? 1 : 1);
        }

        // A key itself is the fault, or its value.
        var key = error.Message.StartsWith("unknown key ", StringComparison.Ordinal)
            || error.Message.EndsWith(" is given twice", StringComparison.Ordinal);
        var node = key ? null : Find(root, error.Path);
        if (node is { Line: > 0 } && (error.Line is null || error.Line == node.Line))
        {
            return (node.Line, node.Column + Inside(source.Text, node, error.Column));
        }

        var line = error.Line ?? 1;
        return (line, Math.Max(1, Line(source.Text, line).IndexOf(LastKey(error.Path), StringComparison.Ordinal) + 1));
    }

    /// <summary>Columns from the begin of a scalar to a column of its text.</summary>
    private static int Inside(string text, Node node, int? column) =>
        column is not { } inner || node is not Node.Scalar ? 0
        : inner - 1 + (Line(text, node.Line) is var line && node.Column <= line.Length && line[node.Column - 1] is '"' or '\'' ? 1 : 0);

    /// <summary>The value at a path such as <c>phases[3].steps[1].percentage</c>; null when there is none.</summary>
    private static Node? Find(Node root, string path)
    {
        var node = root;
        var rest = path.AsSpan();
        while (!rest.IsEmpty)
        {
            if (rest[0] == '[')
            {
                var end = rest.IndexOf(']');
                if (node is not Node.Sequence list || end < 0
                    || !int.TryParse(rest[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    || index >= list.Items.Length)
                {
                    return null;
                }

                node = list.Items[index];
                rest = rest[(end + 1)..];
                continue;
            }

            rest = rest[0] == '.' ? rest[1..] : rest;
            if (node is not Node.Mapping mapping || Longest(mapping, rest) is not { } entry)
            {
                return null;
            }

            node = entry.Value;
            rest = rest[entry.Key.Length..];
        }

        return node;
    }

    /// <summary>The entry whose key begins the rest of a path. A key may contain dots, so the longest one counts.</summary>
    private static Entry? Longest(Node.Mapping mapping, ReadOnlySpan<char> rest)
    {
        Entry? longest = null;
        foreach (var entry in mapping.Entries)
        {
            if (entry.Key.Length > (longest?.Key.Length ?? 0) && rest.StartsWith(entry.Key, StringComparison.Ordinal)
                && (rest.Length == entry.Key.Length || rest[entry.Key.Length] is '.' or '['))
            {
                longest = entry;
            }
        }

        return longest;
    }

    private static string LastKey(string path) => path[(path.LastIndexOfAny(['.', ']']) + 1)..];

    private static ReadOnlySpan<char> Line(string text, int line)
    {
        var rest = text.AsSpan();
        for (; line > 1 && rest.IndexOf('\n') is var end and >= 0; line--)
        {
            rest = rest[(end + 1)..];
        }

        return rest.IndexOf('\n') is var last and >= 0 ? rest[..last] : rest;
    }
}
