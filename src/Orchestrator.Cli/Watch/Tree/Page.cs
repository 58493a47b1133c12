using System.Text.Json;

namespace Orchestrator.Cli.Watch.Tree;

/// <summary>Lines of a tree while they are written.</summary>
internal sealed class Page(RolloutShown shown, TreeSize size, int fold)
{
    /// <summary>Columns from which a sentence stands beside its row.</summary>
    private const int BesideFrom = 120;

    private const int LargestLabel = 28;
    private const int NarrowBelow = 60;

    public JsonElement Rollout => shown.Rollout;

    public RolloutShown Shown => shown;

    public DateTimeOffset Now => shown.Now;

    public Marks Marks { get; } = Marks.Of(size.Unicode);

    public int Width => size.Width;

    /// <summary>True for <c>--output wide</c>.</summary>
    public bool Wide => size.Wide;

    /// <summary>True where a sentence has room beside its row.</summary>
    public bool Beside => size.Width >= BesideFrom;

    /// <summary>0 shows everything; the larger, the less. A fold keeps the savings of those before it.</summary>
    public int Fold => fold;

    /// <summary>Names of gates that are open and of phases without the current step stand in one line; sentences have two lines.</summary>
    public const int Folded = 1;

    /// <summary>Of quiet triggers the nearest is shown, of segments none; sentences have one line.</summary>
    public const int Short = 2;

    /// <summary>No phase but the current one, and no empty lines.</summary>
    public const int Dense = 3;

    /// <summary>Only the step of now, and triggers near their threshold.</summary>
    public const int NowOnly = 4;

    /// <summary>True where a list has its name in one line and its numbers in the next.</summary>
    public bool Narrow => size.Width < NarrowBelow;

    /// <summary>Most lines of a sentence.</summary>
    public int Most => Wide || fold < Folded ? int.MaxValue : fold < Short ? 2 : 1;

    public List<StyledLine> Lines { get; } = [];

    /// <summary>Columns of a bar.</summary>
    public int BarWidth => size.Width < BesideFrom ? 10 : 20;

    /// <summary>Columns of names in a list: the longest, up to a third of the page.</summary>
    public int Label(IEnumerable<string?> names)
    {
        var longest = names.Select(name => Cells.Of(Marks.Text(name))).Append(0).Max();
        return Narrow ? size.Width : Math.Min(longest, Math.Min(LargestLabel, size.Width / 3));
    }

    public void Add(StyledLine line) => Lines.Add(line.Cut(size.Width, Marks.More));

    /// <summary>Title of a part, after an empty line.</summary>
    public StyledLine Title(string title)
    {
        if (Lines.Count > 0 && fold < Dense)
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

    /// <summary>A title with texts, which go on below each other where they do not fit beside each other.</summary>
    public void Titled(string title, IEnumerable<(string Text, Tone Tone)> texts)
    {
        var line = Title(title);
        var column = line.Width;
        foreach (var (given, tone) in texts)
        {
            var text = Marks.Text(given);
            var gap = line.Width == column ? 0 : 2;
            if (gap > 0 && line.Width + gap + Cells.Of(text) > size.Width)
            {
                Add(line);
                line = new StyledLine().To(column);
                gap = 0;
            }

            line.Add(new string(' ', gap)).Add(text, tone);
        }

        Add(line);
    }

    /// <summary>
    /// Begin of a row of a list: its sign and name. Where the terminal is narrow that is a line, and the next one goes on.
    /// </summary>
    /// <param name="sign">Sign.</param>
    /// <param name="tone">Tone of the sign.</param>
    /// <param name="name">Name.</param>
    /// <param name="label">Columns of the names of the list.</param>
    /// <param name="last">True for the last row.</param>
    public StyledLine Begin(string sign, Tone tone, string? name, int label, bool last)
    {
        var line = new StyledLine().Add(Marks.Branch(last), Tone.Dim).Add(sign + " ", tone);
        var column = line.Width;
        line.Add(Cells.Cut(Marks.Text(name), label, Marks.More));
        if (!Narrow)
        {
            return line.To(column + label + 2);
        }

        Add(line);
        return new StyledLine().Add(Marks.Pass(last), Tone.Dim).To(column);
    }
}
