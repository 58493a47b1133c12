using System.Runtime.CompilerServices;
using System.Text;

namespace Orchestrator.Api.Client;

/// <summary>A path whose holes are escaped as it is written: <c>$"/api/v1/rollouts/{id}"</c>.</summary>
[InterpolatedStringHandler]
internal readonly struct PathText
{
    private readonly StringBuilder _text;

    public PathText(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (16 * formattedCount));

    private PathText(string text) => _text = new StringBuilder(text);

    public static implicit operator PathText(string text) => new(text);

    public void AppendLiteral(string text) => _text.Append(text);

    /// <summary>A segment. An empty one, and those of dots, would lead to another address.</summary>
    public void AppendFormatted(string segment)
    {
        if (segment is null or "" or "." or "..")
        {
            throw new ArgumentException($"'{segment}' cannot stand in an address.");
        }

        _text.Append(Uri.EscapeDataString(segment));
    }

    public override string ToString() => _text.ToString();
}
