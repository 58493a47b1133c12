using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Grains.Egress;

/// <summary>Addresses outside of the public network: a name in a plan must not resolve to one unless it is listed.</summary>
internal static class ReachedAddress
{
    /// <summary>RFC 6890 and its successors: special-purpose networks, with the word for each.</summary>
    private static readonly (IPNetwork Network, string Kind)[] Special =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "unspecified"), (IPNetwork.Parse("10.0.0.0/8"), "private"), (IPNetwork.Parse("100.64.0.0/10"), "private"),
        (IPNetwork.Parse("127.0.0.0/8"), "loopback"), (IPNetwork.Parse("169.254.0.0/16"), "link-local"), (IPNetwork.Parse("172.16.0.0/12"), "private"),
        (IPNetwork.Parse("192.0.0.0/24"), "private"), (IPNetwork.Parse("192.168.0.0/16"), "private"), (IPNetwork.Parse("198.18.0.0/15"), "private"),
        (IPNetwork.Parse("224.0.0.0/4"), "multicast"), (IPNetwork.Parse("240.0.0.0/4"), "reserved"),
        (IPNetwork.Parse("::1/128"), "loopback"), (IPNetwork.Parse("::/96"), "unspecified"), (IPNetwork.Parse("64:ff9b:1::/48"), "private"),
        (IPNetwork.Parse("fc00::/7"), "private"), (IPNetwork.Parse("fe80::/10"), "link-local"), (IPNetwork.Parse("fec0::/10"), "private"), (IPNetwork.Parse("ff00::/8"), "multicast"),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>The word for an address that is not public, such as <c>link-local</c>; null for a public one.</summary>
    public static string? Kind(IPAddress address)
    {
        var plain = Plain(address);
        foreach (var (network, kind) in Special)
        {
            if (network.Contains(plain))
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>
    /// The IPv4 address that an IPv6 one stands for (mapped, NAT64, 6to4), without a zone; else the address without a zone.
    /// </summary>
    public static IPAddress Plain(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
            : Nat64.Contains(address) ? new IPAddress(bytes.AsSpan(12, 4))
            : SixToFour.Contains(address) ? new IPAddress(bytes.AsSpan(2, 4))
            : new IPAddress(bytes);
    }
}
