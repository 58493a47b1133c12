using System.Globalization;

namespace Orchestrator.Domain.Segments;

/// <summary>
/// An IP address as one number. An IPv4 address is stored as its IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2), so that both are
/// one.
/// </summary>
internal static class NetworkAddress
{
    /// <summary>Prefix of IPv4-mapped addresses as a number of 128 bits: 80 zeros and 16 ones.</summary>
    public static readonly UInt128 Mapped = (UInt128)0xffff << 32;

    private const int Groups = 8;

    public static bool IsV4(UInt128 address) => address >> 32 == 0xffff;

    /// <summary>
    /// Reads <c>192.0.2.1</c> (four decimal numbers without leading zeros) or the text forms of RFC 4291, section 2.2, in UTF-8. A zone, a
    /// port and brackets are no part of an address. Allocates nothing.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out UInt128 address)
    {
        if (text.Contains((byte)':'))
        {
            return TryV6(text, out address);
        }

        var read = TryV4(text, out var v4);
        address = Mapped | v4;
        return read;
    }

    private static bool TryV4(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        for (var part = 0; part < 4; part++)
        {
            var dot = text.IndexOf((byte)'.');
            if (part < 3 == dot < 0)
            {
                return false;
            }

            var digits = dot < 0 ? text : text[..dot];
            if (digits.Length is 0 or > 3 || (digits.Length > 1 && digits[0] == '0')
                || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
                || !byte.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                return false;
            }

            address = (address << 8) | value;
            text = dot < 0 ? [] : text[(dot + 1)..];
        }

        return true;
    }

    private static bool TryV6(ReadOnlySpan<byte> text, out UInt128 address)
    {
        address = 0;
        var gap = text.IndexOf("::"u8);
        if (gap < 0)
        {
            return TryGroups(text, out address, out var all) && all == Groups;
        }

        // At least one group is left out; with two gaps their lengths would be ambiguous.
        if (!TryGroups(text[..gap], out var high, out var before, last: false) || !TryGroups(text[(gap + 2)..], out var low, out var after)
            || before + after >= Groups)
        {
            return false;
        }

        address = (before == 0 ? 0 : high << (16 * (Groups - before))) | low;
        return true;
    }

    /// <param name="text">Groups of up to four hex digits separated by colons; none when it is empty.</param>
    /// <param name="value">The groups as one number, the last one lowest.</param>
    /// <param name="count">Number of groups.</param>
    /// <param name="last">True when the last may be an IPv4 address, which counts as two.</param>
    private static bool TryGroups(ReadOnlySpan<byte> text, out UInt128 value, out int count, bool last = true)
    {
        (value, count) = (0, 0);
        while (!text.IsEmpty)
        {
            var colon = text.IndexOf((byte)':');
            var group = colon < 0 ? text : text[..colon];
            if (colon < 0 && last && group.Contains((byte)'.'))
            {
                var read = TryV4(group, out var v4);
                (value, count) = ((value << 32) | v4, count + 2);
                return read && count <= Groups;
            }

            if (group.Length is 0 or > 4
                || !ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) || ++count > Groups
                || colon == text.Length - 1)
            {
                return false;
            }

            value = (value << 16) | number;
            text = colon < 0 ? [] : text[(colon + 1)..];
        }

        return true;
    }
}
