using System.Collections.Immutable;
using System.Net;

namespace Orchestrator.Grains.Egress;

/// <summary>
/// Which hosts this process may speak to because a plan or a setting says so: loopback, and those of <c>Orchestrator:Egress:Allow</c>.
/// Redirects are never followed, so what is allowed is what is reached.
/// </summary>
/// <param name="allow">Entries such as <c>prometheus.internal</c>, <c>10.1.2.3:9090</c>, <c>*.example.org</c> and <c>*</c>.</param>
public sealed class EgressPolicy(ImmutableArray<string> allow)
{
    /// <summary>Loopback only.</summary>
    public static readonly EgressPolicy Loopback = new([]);

    /// <summary>What is wrong with an entry; null when nothing is.</summary>
    public static string? Error(string entry)
    {
        var (host, port) = Split(entry);
        var bare = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return entry == "*" || (Uri.CheckHostName(bare.Trim('[', ']')) != UriHostNameType.Unknown && (port is null || ushort.TryParse(port, out _)))
            ? null
            : $"'{entry}' is no host; write one such as prometheus.internal, 10.1.2.3:9090, *.example.org or *";
    }

    /// <summary>Why an address may not be spoken to; null when it may.</summary>
    public string? Refusal(Uri address) => IsLoopback(address) || allow.Any(entry => Matches(entry, address))
        ? null
        : $"{address.Host}:{address.Port} is not among the hosts of Orchestrator:Egress:Allow";

    private static bool IsLoopback(Uri address) =>
        address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static bool Matches(string entry, Uri address)
    {
        if (entry == "*")
        {
            return true;
        }

        var (host, port) = Split(entry);
        return (port is null || port == address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture))
            && (host.StartsWith("*.", StringComparison.Ordinal)
                ? address.Host.EndsWith(host[1..], StringComparison.OrdinalIgnoreCase)
                : host.Equals(address.Host, StringComparison.OrdinalIgnoreCase));
    }

    // The colons of an IPv6 address stand in brackets.
    private static (string Host, string? Port) Split(string entry)
    {
        var colon = entry.LastIndexOf(':');
        return colon > entry.LastIndexOf(']') && colon > 0 ? (entry[..colon], entry[(colon + 1)..]) : (entry, null);
    }
}
