namespace Orchestrator.Dashboard.Pages.Plans;

/// <summary>A line of two texts.</summary>
/// <param name="Kind">Its side.</param>
/// <param name="Text">The line.</param>
public sealed record DiffLine(DiffKind Kind, string Text);

/// <summary>Side of a line.</summary>
public enum DiffKind
{
    /// <summary>In both texts.</summary>
    Both,

    /// <summary>In the old text only.</summary>
    Old,

    /// <summary>In the new text only.</summary>
    New,

    /// <summary>Lines of both texts that are left out.</summary>
    Gap,
}

/// <summary>
/// The lines in which two texts differ, with some lines around them: Myers, An O(ND) Difference Algorithm (1986), between the common start
/// and the common end.
/// </summary>
public static class LineDiff
{
    /// <summary>
    /// Most differing lines that are matched one by one: it bounds the memory. Beyond, the middle is shown as old and then new.
    /// </summary>
    private const int MostEdits = 1000;

    /// <summary>Lines around a difference.</summary>
    private const int Around = 2;

    /// <summary>The differing lines; empty when the texts are the same.</summary>
    public static IReadOnlyList<DiffLine> Of(string before, string after) => Shortened(Whole(before, after));

    /// <summary>All lines of both texts.</summary>
    internal static List<DiffLine> Whole(string before, string after)
    {
        var (old, now) = (Lines(before), Lines(after));
        var start = 0;
        while (start < old.Length && start < now.Length && old[start] == now[start])
        {
            start++;
        }

        var end = 0;
        while (end < old.Length - start && end < now.Length - start && old[^(end + 1)] == now[^(end + 1)])
        {
            end++;
        }

        List<DiffLine> lines = [.. old[..start].Select(Both)];
        lines.AddRange(Middle(old[start..^end], now[start..^end]));
        lines.AddRange(old[(old.Length - end)..].Select(Both));
        return lines;
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    private static DiffLine Both(string line) => new(DiffKind.Both, line);

    private static IEnumerable<DiffLine> Middle(string[] old, string[] now)
    {
        var (most, width) = (Math.Min(MostEdits, old.Length + now.Length), Math.Min(MostEdits, old.Length + now.Length) + 1);
        var reached = new int[(2 * width) + 1];
        var trace = new List<int[]>();
        for (var edits = 0; edits <= most; edits++)
        {
            trace.Add(reached[(width - edits)..(width + edits + 1)]);
            for (var diagonal = -edits; diagonal <= edits; diagonal += 2)
            {
                var down = diagonal == -edits || (diagonal != edits && reached[width + diagonal - 1] < reached[width + diagonal + 1]);
                var x = down ? reached[width + diagonal + 1] : reached[width + diagonal - 1] + 1;
                while (x < old.Length && x - diagonal < now.Length && old[x] == now[x - diagonal])
                {
                    x++;
                }

                reached[width + diagonal] = x;
                if (x >= old.Length && x - diagonal >= now.Length)
                {
                    return Back(old, now, trace);
                }
            }
        }

        return [.. old.Select(line => new DiffLine(DiffKind.Old, line)), .. now.Select(line => new DiffLine(DiffKind.New, line))];
    }

    private static IEnumerable<DiffLine> Back(string[] old, string[] now, List<int[]> trace)
    {
        var lines = new List<DiffLine>();
        var (x, y) = (old.Length, now.Length);
        for (var edits = trace.Count - 1; edits > 0; edits--)
        {
            // Row of the furthest points before this edit: its middle is diagonal 0.
            int At(int diagonal) => diagonal < -edits || diagonal > edits ? -1 : trace[edits][diagonal + edits];
            var diagonal = x - y;
            var down = diagonal == -edits || (diagonal != edits && At(diagonal - 1) < At(diagonal + 1));
            var from = down ? diagonal + 1 : diagonal - 1;
            var (startX, startY) = (At(from), At(from) - from);
            while (x > startX && y > startY)
            {
                lines.Add(Both(old[--x]));
                y--;
            }

            lines.Add(down ? new DiffLine(DiffKind.New, now[startY]) : new DiffLine(DiffKind.Old, old[startX]));
            (x, y) = (startX, startY);
        }

        while (x > 0)
        {
            lines.Add(Both(old[--x]));
        }

        lines.Reverse();
        return lines;
    }

    private static List<DiffLine> Shortened(List<DiffLine> lines)
    {
        var near = new bool[lines.Count];
        for (var at = 0; at < lines.Count; at++)
        {
            if (lines[at].Kind != DiffKind.Both)
            {
                Array.Fill(near, true, Math.Max(0, at - Around), Math.Min(lines.Count, at + Around + 1) - Math.Max(0, at - Around));
            }
        }

        var shown = new List<DiffLine>();
        for (var at = 0; at < lines.Count; at++)
        {
            if (near[at])
            {
                shown.Add(lines[at]);
            }
            else if ((at == 0 || near[at - 1]) && Array.IndexOf(near, true) >= 0)
            {
                shown.Add(new DiffLine(DiffKind.Gap, "…"));
            }
        }

        return shown;
    }
}
