using System.Text;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Watch.Tree;

/// <summary>Signs and lines of the tree, in Unicode or in ASCII.</summary>
internal sealed class Marks
{
    private static readonly Marks Rich = new(unicode: true);
    private static readonly Marks Ascii = new(unicode: false);

    private readonly bool _unicode;

    private Marks(bool unicode) => _unicode = unicode;

    public static Marks Of(bool unicode) => unicode ? Rich : Ascii;

    /// <summary>End of a text that is cut.</summary>
    public string More => _unicode ? "…" : "...";

    public string Met => _unicode ? "✓" : "+";

    public string Near => "!";

    public string Breached => _unicode ? "✕" : "x";

    public string Unknown => "?";

    public string Waiting => _unicode ? "…" : ".";

    /// <summary>Something under way.</summary>
    public string Now => _unicode ? "▶" : ">";

    public string Paused => _unicode ? "‖" : "=";

    /// <summary>Something that comes later.</summary>
    public string Later => _unicode ? "○" : "-";

    /// <summary>Line before an item of a list.</summary>
    public string Branch(bool last) => (_unicode, last) switch
    {
        (true, false) => "├─ ",
        (true, true) => "└─ ",
        (false, false) => "|- ",
        _ => "`- ",
    };

    /// <summary>Line before what belongs to an item above.</summary>
    public string Pass(bool last) => last ? "   " : _unicode ? "│  " : "|  ";

    /// <summary>Bar of a part from 0 to 1. It is full only at 1.</summary>
    public string Bar(double part, int width)
    {
        var full = (int)Math.Floor(Math.Clamp(part, 0, 1) * width);
        return new string(_unicode ? '█' : '#', full) + new string(_unicode ? '░' : '.', width - full);
    }

    /// <summary>Text from elsewhere as this terminal can show it: one line, without control characters.</summary>
    public string Text(string? text)
    {
        var line = Plain.Line(text ?? "");
        return _unicode || System.Text.Ascii.IsValid(line) ? line : Transcribed(line);
    }

    private static string Transcribed(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            _ = rune.IsAscii ? plain.Append((char)rune.Value)
                : Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark ? plain
                : plain.Append(rune.Value switch
                {
                    '…' => "...",
                    '→' => "->",
                    '←' => "<-",
                    '≤' => "<=",
                    '≥' => ">=",
                    '×' => "x",
                    '–' or '—' or '−' => "-",
                    '‘' or '’' => "'",
                    '“' or '”' => "\"",
                    '·' => "-",
                    '\u00A0' or '\u202F' => " ",
                    '✓' => "+",
                    '✕' => "x",
                    _ => "?",
                });
        }

        return plain.ToString();
    }
}
