using System.Globalization;
using System.Text;
using Orchestrator.Cli.Watch.Tree;

namespace Orchestrator.Cli.Tests.Watch;

/// <summary>A terminal that understands what a screen writes, and fails on anything else.</summary>
internal sealed class TerminalPicture(int width, int height)
{
    private readonly string[,] _cells = new string[height, width];
    private int _row;
    private int _column;

    public bool Alternate { get; private set; }

    public bool CursorShown { get; private set; } = true;

    public bool Wraps { get; private set; } = true;

    /// <summary>Frames that were not yet over at the end of a write.</summary>
    public int Torn { get; private set; }

    private bool Open { get; set; }

    public string[] Rows => [.. Enumerable.Range(0, height).Select(Row)];

    public void Write(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '\e')
            {
                var end = at + 2;
                while (!char.IsAsciiLetter(text[end]))
                {
                    end++;
                }

                Obey(text[(at + 2)..end], text[end]);
                at = end + 1;
                continue;
            }

            var rune = Rune.GetRuneAt(text, at);
            at += rune.Utf16SequenceLength;
            Put(rune.ToString());
        }

        Torn += Open ? 1 : 0;
    }

    private string Row(int row) =>
        string.Concat(Enumerable.Range(0, width).Select(column => _cells[row, column] ?? " ")).TrimEnd();

    private void Put(string one)
    {
        Assert.False(char.IsControl(one[0]), $"U+{(int)one[0]:X4} was written");
        var cells = Cells.Of(one);
        Assert.True(_column + cells <= width, $"Row {_row} is wider than {width}");
        if (cells > 0)
        {
            _cells[_row, _column] = one;
            for (var more = 1; more < cells; more++)
            {
                _cells[_row, _column + more] = "";
            }

            _column += cells;
        }
    }

    private void Obey(string number, char command)
    {
        switch (number, command)
        {
            case ("?1049", 'h' or 'l'):
                Alternate = command == 'h';
                break;
            case ("?25", 'h' or 'l'):
                CursorShown = command == 'h';
                break;
            case ("?7", 'h' or 'l'):
                Wraps = command == 'h';
                break;
            case ("?2026", 'h' or 'l'):
                Open = command == 'h';
                break;
            case ("2", 'J'):
                Clear(0, height, 0);
                break;
            case ("", 'J'):
                Clear(_row, _row + 1, _column);
                Clear(_row + 1, height, 0);
                break;
            case ("", 'K'):
                Clear(_row, _row + 1, _column);
                break;
            case (_, 'm'):
                break;
            case (_, 'H'):
                var parts = number.Split(';');
                _row = int.Parse(parts[0], CultureInfo.InvariantCulture) - 1;
                _column = int.Parse(parts[1], CultureInfo.InvariantCulture) - 1;
                Assert.InRange(_row, 0, height - 1);
                break;
            default:
                Assert.Fail($"ESC [ {number} {command} is not expected");
                break;
        }
    }

    private void Clear(int from, int to, int column)
    {
        for (var row = from; row < to; row++)
        {
            for (var at = row == from ? column : 0; at < width; at++)
            {
                _cells[row, at] = " ";
            }
        }
    }
}
