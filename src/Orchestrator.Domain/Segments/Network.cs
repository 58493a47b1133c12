using System.Globalization;

namespace Orchestrator.Domain.Segments;

/// <summary>A range of addresses in CIDR notation (RFC 4632): an address without bits beyond its prefix.</summary>
/// <param name="Address">The first address; IPv4 as its IPv4-mapped IPv6 address.</param>
/// <param name="Prefix">Bits that all addresses of the range share, of 128; of IPv4 at least 96.</param>
public readonly record struct Network(UInt128 Address, int Prefix)
{
    private const int V4 = 96;

    /// <summary>True for a range of IPv4 addresses.</summary>
    public bool IsV4 => Prefix >= V4 && NetworkAddress.IsV4(Address);

    /// <summary>True when the address is in this range. A range of IPv6 contains no IPv4 address, however wide it is.</summary>
    public bool Contains(UInt128 address) => NetworkAddress.IsV4(address) == IsV4 && ((address ^ Address) & Mask(Prefix)) == 0;

    /// <summary>Reads <c>10.0.0.0/8</c> or <c>2001:db8::/32</c>. An IPv4-mapped range is one of IPv4.</summary>
    /// <param name="text">The text.</param>
    /// <param name="network">The range of the address, also where the text is refused for bits beyond the prefix.</param>
    /// <returns>Null; else the reason why it is refused, as the end of a sentence.</returns>
    internal static string? Read(string text, out Network network)
    {
        network = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !NetworkAddress.TryParse(System.Text.Encoding.UTF8.GetBytes(text[..slash]), out var address))
        {
            return "must be a range of addresses such as 10.0.0.0/8 or 2001:db8::/32 (a single address is /32 or /128)";
        }

        var offset = text.AsSpan(0, slash).Contains(':') ? 0 : V4;
        if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > 128 - offset)
        {
            return $"must end with a prefix from 0 to {128 - offset} after its /";
        }

        network = new Network(address & Mask(length + offset), length + offset);
        return network.Address == address ? null : $"has bits beyond its prefix; the range is {network}";
    }

    /// <summary>The range as plans write it.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return IsV4 ? $"{bytes[12]}.{bytes[13]}.{bytes[14]}.{bytes[15]}/{Prefix - V4}" : $"{V6(Address)}/{Prefix}";
    }

    private static UInt128 Mask(int prefix) => prefix == 0 ? 0 : UInt128.MaxValue << (128 - prefix);

    /// <summary>Eight groups, those at the end that are 0 as <c>::</c>.</summary>
    private static string V6(UInt128 address)
    {
        var zeros = address == 0 ? 8 : (int)UInt128.TrailingZeroCount(address) / 16;
        var groups = Enumerable.Range(0, 8 - zeros)
            .Select(i => ((uint)(address >> (112 - (16 * i))) & 0xffff).ToString("x", CultureInfo.InvariantCulture));
        return string.Join(':', groups) + (zeros switch { 0 => "", 1 => ":0", _ => "::" });
    }
}
