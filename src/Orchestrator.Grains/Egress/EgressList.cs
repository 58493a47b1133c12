using System.Net;
using Microsoft.Extensions.Configuration;

namespace Orchestrator.Grains.Egress;

/// <summary>
/// Outgoing addresses that this process may call: probes of plans, webhooks, sources. Plans are data, so an address in one is no
/// permission. This machine is always allowed by a literal address or <c>localhost</c>; every other host must be listed under
/// <c>Orchestrator:Egress:Allow</c> as <c>host</c>, <c>host:port</c>, <c>*.domain</c> (its subdomains) or a network such as
/// <c>10.0.0.0/8</c>. A name reaches an address that is not public only where the list names that address or its network too.
/// </summary>
public sealed class EgressList
{
    private const string Setting = "Orchestrator:Egress:Allow";
    private readonly HostPattern[] _allowed;
    private readonly IPNetwork[] _networks;

    /// <summary>Allows these beside this machine.</summary>
    public EgressList(IEnumerable<string> allowed)
        : this(allowed, Dns.GetHostAddressesAsync)
    {
    }

    /// <summary>Allows these beside this machine.</summary>
    /// <param name="allowed">Entries.</param>
    /// <param name="resolve">Addresses of a name.</param>
    internal EgressList(IEnumerable<string> allowed, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        var entries = allowed.ToArray();
        _networks = [.. entries.Select(Network).OfType<IPNetwork>()];
        _allowed = [.. entries.Where(entry => Network(entry) is null).Select(HostPattern.Read).OfType<HostPattern>()];
        Resolve = resolve;
    }

    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; }

    /// <summary>The list as configured: a list of entries, or one text with commas.</summary>
    public static EgressList Read(IConfiguration configuration) => new(HostPattern.Entries(configuration.GetSection(Setting)));

    /// <summary>Errors of the configured list, one sentence each.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration) => HostPattern.Entries(configuration.GetSection(Setting))
        .Where(entry => Network(entry) is null && HostPattern.Read(entry) is null)
        .Select(entry => $"{Setting} must name hosts as host, host:port or *.domain and networks as 10.0.0.0/8, but names '{entry}'");

    /// <summary>True when an absolute http or https address may be called. For a name, the resolved address is checked later.</summary>
    public bool Allows(Uri address) => address.Scheme is "http" or "https"
        && (IsThisMachine(address) || _allowed.Any(entry => entry.Matches(address))
            || (Literal(address.IdnHost) is { } ip && InNetwork(ip)));

    /// <summary>Reason why it may not be called, as display text; null when it may.</summary>
    public string? Refusal(Uri address) => address.Scheme is not ("http" or "https") ? $"{address.Scheme} is not allowed; use http or https"
        : Allows(address) ? null
        : $"{address.Host}:{address.Port} is not among the hosts of {Setting}";

    /// <summary>True when a connection to a host of the list, or to this machine, may be opened to that address.</summary>
    internal bool Reaches(string host, IPAddress address, int port) => ReachedAddress.Kind(address) is not { } kind
        || (kind == "loopback" && (host == "localhost" || Literal(host) is not null))
        || InNetwork(address)
        || _allowed.Any(entry => entry.Names(ReachedAddress.Plain(address), port));

    /// <summary>The sentence for a host that resolves to an address which may not be called.</summary>
    internal string Sentence(string host, IPAddress address) =>
        $"{host} resolves to {address}, a {ReachedAddress.Kind(address)} address, which {Setting} does not name: add {ReachedAddress.Plain(address)} or a network that holds it";

    /// <summary>
    /// Literal addresses and <c>localhost</c> only: a name may resolve to any address, which is checked when a connection is opened.
    /// </summary>
    private static bool IsThisMachine(Uri address) =>
        address.Host == "localhost" || (Literal(address.IdnHost) is { } ip && IPAddress.IsLoopback(ReachedAddress.Plain(ip)));

    private static IPAddress? Literal(string host) => IPAddress.TryParse(host.Trim('[', ']'), out var ip) ? ip : null;

    private static IPNetwork? Network(string entry) => IPNetwork.TryParse(entry, out var network) ? network : null;

    private bool InNetwork(IPAddress address)
    {
        var plain = ReachedAddress.Plain(address);
        return _networks.Any(network => network.Contains(plain));
    }
}
