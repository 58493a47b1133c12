using System.Text.Json;

namespace Orchestrator.Cli.Watch.Tree;

/// <summary>Lines of a tree while they are written.</summary>
internal sealed class Page(RolloutShown shown, TreeSize size, int fold)
{
    /// <summary>Columns from which a sentence stands beside its row.</summary>
    private const int BesideFrom = 120;

    private const int LargestLabel = 28;

    public JsonElement Rollout => shown.Rollout;

    public RolloutShown Shown => shown;

    public DateTimeOffset Now => shown.Now;

    public Marks Marks { get; } = Marks.Of(size.Unicode);

    public int Width => size.Width;

    /// <summary>True for <c>--output wide</c>.</summary>
    public bool Wide => size.Wide;

    /// <summary>True where a sentence has room beside its row.</summary>
    public bool Beside => size.Width >= BesideFrom;

    /// <summary>0 shows everything; the larger, the less.</summary>
    public int Fold => fold;

    public List<StyledLine> Lines { get; } = [];

    /// <summary>Columns of a bar.</summary>
    public int BarWidth => size.Width switch { < 60 => 5, < BesideFrom => 10, _ => 20 };

    /// <summary>Columns of names in a list: the longest, up to a third of the page.</summary>
    public int Label(IEnumerable<string?> names) =>
        Math.Min(Math.Min(LargestLabel, size.Width / 3), names.Select(name => Cells.Of(Marks.Text(name))).DefaultIfEmpty().Max());

    public void Add(StyledLine line) => Lines.Add(line.Cut(size.Width, Marks.More));

    /// <summary>Title of a part, after an empty line.</summary>
    public StyledLine Title(string title)
    {
        if (Lines.Count > 0)
        {
            Add(new StyledLine());
        }

        return new StyledLine().Add(title, Tone.Strong).Add("  ");
    }

    /// <summary>Adds a line that goes on with a sentence, in further lines below its beginning where it needs them.</summary>
    /// <param name="line">Begin of the line.</param>
    /// <param name="sentence">The sentence.</param>
    /// <param name="tone">Its tone.</param>
    /// <param name="pass">Begin of each further line: the lines of the tree.</param>
    /// <param name="most">Most lines; a sentence that needs more is cut.</param>
    public void Sentence(StyledLine line, string sentence, Tone tone, string pass = "", int most = int.MaxValue)
    {
        var column = line.Width;
        var lines = Cells.Wrap(Marks.Text(sentence), size.Width - column);
        for (var at = 0; at < lines.Count && at < most; at++)
        {
            var text = at == most - 1 && lines.Count > most
                ? Cells.Cut(lines[at] + " " + lines[at + 1], size.Width - column, Marks.More)
                : lines[at];
            Add((at == 0 ? line : new StyledLine().Add(pass, Tone.Dim).To(column)).Add(text, tone));
        }

        if (lines.Count == 0)
        {
            Add(line);
        }
    }

    /// <summary>Texts in one line of a title: as many as fit.</summary>
    public void Titled(string title, IEnumerable<(string Text, Tone Tone)> texts)
    {
        var line = Title(title);
        var first = true;
        foreach (var (text, tone) in texts)
        {
            line.Add(first ? "" : "  ").Add(Marks.Text(text), tone);
            first = false;
        }

        Add(line);
    }
}
