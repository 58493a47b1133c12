using System.Text;
using Orchestrator.Cli.Watch.Tree;

namespace Orchestrator.Cli.Watch;

/// <summary>
/// Draws lines in place on a screen of its own: only rows that changed are written, in one piece, so nothing flickers and nothing of an
/// earlier frame stays. What was on the terminal before is back at the end.
/// </summary>
internal sealed class Screen(Action<string> write, bool colour) : IDisposable
{
    // A screen of its own, without cursor and without line breaks at its edge: a line that is wider than it should be is cut, not wrapped.
    private const string Open = "\e[?1049h\e[?25l\e[?7l\e[2J";
    private const string Close = "\e[0m\e[?7h\e[?25h\e[?1049l";

    // Terminals that know it show all of a frame at once; others ignore it.
    private const string Begin = "\e[?2026h";
    private const string Done = "\e[?2026l";

    private string[] _shown = [];
    private (int Width, int Height) _size;
    private bool _open;
    private bool _whole = true;

    /// <summary>The next frame is drawn whole: the terminal may have lost the last one.</summary>
    public void Forget() => Volatile.Write(ref _whole, true);

    /// <summary>Draws a frame.</summary>
    /// <param name="lines">Lines; those that do not fit the height are left out.</param>
    /// <param name="size">Columns and rows of the terminal.</param>
    public void Draw(IReadOnlyList<StyledLine> lines, (int Width, int Height) size)
    {
        var frame = new StringBuilder();
        if (!_open)
        {
            _open = true;
            frame.Append(Open);
        }

        string[] rows = [.. lines.Take(size.Height).Select(line => line.Ansi(colour))];
        var whole = Interlocked.Exchange(ref _whole, false) || size != _size;
        frame.Append(Begin);
        if (whole)
        {
            frame.Append("\e[2J");
        }

        for (var row = 0; row < rows.Length; row++)
        {
            if (whole || row >= _shown.Length || rows[row] != _shown[row])
            {
                // The rest of the row is cleared first: at the last column a terminal would clear the column itself.
                frame.Append("\e[").Append(row + 1).Append(";1H\e[0m\e[K").Append(rows[row]);
            }
        }

        if (!whole && rows.Length < _shown.Length)
        {
            frame.Append("\e[").Append(rows.Length + 1).Append(";1H\e[0m\e[J");
        }

        frame.Append(Done);
        var changed = whole || rows.Length != _shown.Length || !rows.AsSpan().SequenceEqual(_shown);
        (_shown, _size) = (rows, size);
        if (changed)
        {
            write(frame.ToString());
        }
    }

    /// <summary>Gives the terminal back as it was.</summary>
    public void Dispose()
    {
        if (_open)
        {
            _open = false;
            write(Close);
        }
    }
}
