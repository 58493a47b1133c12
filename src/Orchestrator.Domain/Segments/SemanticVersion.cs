namespace Orchestrator.Domain.Segments;

/// <summary>
/// A version by Semantic Versioning 2.0.0, compared in place by its precedence (section 11), in UTF-8. Numbers have any length.
/// </summary>
public readonly ref struct SemanticVersion
{
    private readonly ReadOnlySpan<byte> _core;
    private readonly ReadOnlySpan<byte> _prerelease;

    private SemanticVersion(ReadOnlySpan<byte> core, ReadOnlySpan<byte> prerelease)
    {
        _core = core;
        _prerelease = prerelease;
    }

    /// <summary>False for anything but <c>major.minor.patch[-prerelease][+build]</c>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out SemanticVersion version)
    {
        version = default;
        var plus = text.IndexOf((byte)'+');
        if (plus >= 0)
        {
            if (!AreIdentifiers(text[(plus + 1)..], leadingZeros: true))
            {
                return false;
            }

            text = text[..plus];
        }

        var dash = text.IndexOf((byte)'-');
        var prerelease = dash < 0 ? [] : text[(dash + 1)..];
        if (dash >= 0 && !AreIdentifiers(prerelease, leadingZeros: false))
        {
            return false;
        }

        var core = dash < 0 ? text : text[..dash];
        var rest = core;
        for (var part = 0; part < 3; part++)
        {
            var number = Next(ref rest);
            if (!IsNumber(number) || HasLeadingZero(number))
            {
                return false;
            }
        }

        version = new SemanticVersion(core, prerelease);
        return core.Count((byte)'.') == 2;
    }

    /// <summary>Negative, zero or positive by precedence; build metadata is ignored.</summary>
    public int CompareTo(SemanticVersion other)
    {
        var order = Compare(_core, other._core);
        if (order != 0)
        {
            return order;
        }

        // A version with a prerelease comes before the same one without.
        return (_prerelease.IsEmpty, other._prerelease.IsEmpty) switch
        {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => -1,
            _ => Compare(_prerelease, other._prerelease),
        };
    }

    private static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        while (!left.IsEmpty && !right.IsEmpty)
        {
            var a = Next(ref left);
            var b = Next(ref right);
            var order = (IsNumber(a), IsNumber(b)) switch
            {
                (true, true) => a.Length != b.Length ? a.Length - b.Length : a.SequenceCompareTo(b),
                (true, false) => -1,
                (false, true) => 1,
                _ => a.SequenceCompareTo(b),
            };
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
    {
        var dot = rest.IndexOf((byte)'.');
        var next = dot < 0 ? rest : rest[..dot];
        rest = dot < 0 ? [] : rest[(dot + 1)..];
        return next;
    }

    private static bool AreIdentifiers(ReadOnlySpan<byte> text, bool leadingZeros)
    {
        if (text.IsEmpty || text[^1] == '.')
        {
            return false;
        }

        while (!text.IsEmpty)
        {
            var identifier = Next(ref text);
            if (identifier.IsEmpty || (!leadingZeros && IsNumber(identifier) && HasLeadingZero(identifier)))
            {
                return false;
            }

            foreach (var c in identifier)
            {
                if (!char.IsAsciiLetterOrDigit((char)c) && c != '-')
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsNumber(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool HasLeadingZero(ReadOnlySpan<byte> number) => number.Length > 1 && number[0] == '0';
}
