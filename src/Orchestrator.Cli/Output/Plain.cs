using System.Text;

namespace Orchestrator.Cli.Output;

/// <summary>Text from elsewhere as a terminal may show it: without control sequences.</summary>
internal static class Plain
{
    /// <summary>One line: control characters, and the marks that turn the direction of writing, become spaces.</summary>
    public static string Line(string text)
    {
        if (!text.AsSpan().ContainsAny(Controls))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        foreach (var one in text)
        {
            plain.Append(Controls.Contains(one) ? ' ' : one);
        }

        return plain.ToString();
    }

    private static readonly System.Buffers.SearchValues<char> Controls = System.Buffers.SearchValues.Create(
    [
        .. Enumerable.Range(0, 0x20).Select(code => (char)code), .. Enumerable.Range(0x7F, 0x21).Select(code => (char)code),
        '\u2028', '\u2029', '\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069',
    ]);
}
