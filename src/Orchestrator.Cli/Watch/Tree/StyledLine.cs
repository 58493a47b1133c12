using System.Text;

namespace Orchestrator.Cli.Watch.Tree;

/// <summary>Meaning of a piece of text, which a terminal may show as a colour. The text says the same without it.</summary>
internal enum Tone
{
    Plain,
    Dim,
    Strong,
    Good,
    Warning,
    Bad,
    Note,
}

/// <summary>A piece of a line in one tone.</summary>
internal readonly record struct Piece(string Text, Tone Tone);

/// <summary>A line of pieces. Its width is counted in columns of a terminal.</summary>
internal sealed class StyledLine
{
    private readonly List<Piece> _pieces = [];

    public IReadOnlyList<Piece> Pieces => _pieces;

    public int Width { get; private set; }

    /// <summary>Text without tones.</summary>
    public string Text => string.Concat(_pieces.Select(piece => piece.Text));

    public StyledLine Add(string text, Tone tone = Tone.Plain)
    {
        if (text.Length > 0)
        {
            _pieces.Add(new Piece(text, tone));
            Width += Cells.Of(text);
        }

        return this;
    }

    /// <summary>Adds spaces up to a column; at least one where there is text already.</summary>
    public StyledLine To(int column) => Width == column ? this : Add(new string(' ', Math.Max(Width == 0 ? 0 : 1, column - Width)));

    /// <summary>The line in at most so many columns; one that is longer ends with <paramref name="more"/>.</summary>
    public StyledLine Cut(int width, string more)
    {
        if (Width <= width)
        {
            return this;
        }

        var cut = new StyledLine();
        var room = Math.Max(0, width - Cells.Of(more));
        foreach (var piece in _pieces)
        {
            var left = room - cut.Width;
            if (Cells.Of(piece.Text) > left)
            {
                return cut.Add(Cells.Head(piece.Text, left), piece.Tone).Add(Cells.Head(more, width), piece.Tone);
            }

            cut.Add(piece.Text, piece.Tone);
        }

        return cut;
    }

    public override string ToString() => Text;

    /// <summary>The line as a terminal shows it.</summary>
    /// <param name="colour">False writes the text alone.</param>
    public string Ansi(bool colour)
    {
        if (!colour)
        {
            return Text.TrimEnd();
        }

        var text = new StringBuilder();
        foreach (var piece in _pieces)
        {
            var code = Code(piece.Tone);
            text.Append(code).Append(piece.Text).Append(code is null ? null : "\e[0m");
        }

        return text.ToString();
    }

    private static string? Code(Tone tone) => tone switch
    {
        Tone.Dim => "\e[2m",
        Tone.Strong => "\e[1m",
        Tone.Good => "\e[32m",
        Tone.Warning => "\e[33m",
        Tone.Bad => "\e[1;31m",
        Tone.Note => "\e[36m",
        _ => null,
    };
}
