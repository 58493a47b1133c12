namespace Orchestrator.Domain.Segments;

/// <summary>
/// A dotted number such as the calendar version <c>2024.01.15</c>, compared in place, part by part as numbers, in UTF-8. Leading zeros do
/// not count, and a part that is missing is 0. Numbers have any length.
/// </summary>
public readonly ref struct DottedVersion
{
    /// <summary>Most parts: more than any scheme has.</summary>
    public const int MostParts = 16;

    private readonly ReadOnlySpan<byte> _text;

    private DottedVersion(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>False for anything but 1 to 16 decimal numbers separated by dots.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DottedVersion version)
    {
        version = new DottedVersion(text);
        var parts = 0;
        var afterDot = true;
        foreach (var c in text)
        {
            if (c == '.' ? afterDot : !char.IsAsciiDigit((char)c))
            {
                return false;
            }

            parts += c == '.' ? 1 : 0;
            afterDot = c == '.';
        }

        return !afterDot && parts < MostParts;
    }

    /// <summary>Negative, zero or positive by the first part that differs.</summary>
    public int CompareTo(DottedVersion other)
    {
        var left = _text;
        var right = other._text;
        while (!left.IsEmpty || !right.IsEmpty)
        {
            var a = Next(ref left);
            var b = Next(ref right);
            var order = a.Length != b.Length ? a.Length - b.Length : a.SequenceCompareTo(b);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <summary>The next part without leading zeros; empty for 0 and for one that is missing.</summary>
    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
    {
        var dot = rest.IndexOf((byte)'.');
        var next = dot < 0 ? rest : rest[..dot];
        rest = dot < 0 ? [] : rest[(dot + 1)..];
        return next.TrimStart((byte)'0');
    }
}
