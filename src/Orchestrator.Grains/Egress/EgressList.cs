using System.Net;
using Microsoft.Extensions.Configuration;

namespace Orchestrator.Grains.Egress;

/// <summary>
/// Where this process may call by itself: probes of plans, webhooks. Plans are data, so an address in one is not yet a permission. This
/// machine is always allowed; every other host must be listed under <c>Orchestrator:Egress:Allow</c> as <c>host</c>, <c>host:port</c>
/// or <c>*.domain</c> (its subdomains).
/// </summary>
public sealed class EgressList
{
    private const string Setting = "Orchestrator:Egress:Allow";
    private readonly HostPattern[] _allowed;

    /// <summary>Allows these beside this machine.</summary>
    public EgressList(IEnumerable<string> allowed) => _allowed = [.. allowed.Select(HostPattern.Read).OfType<HostPattern>()];

    /// <summary>The list as configured: a list of entries, or one text with commas.</summary>
    public static EgressList Read(IConfiguration configuration) => new(HostPattern.Entries(configuration.GetSection(Setting)));

    /// <summary>What is wrong with the configured list.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration) => HostPattern.Entries(configuration.GetSection(Setting))
        .Where(entry => HostPattern.Read(entry) is null).Select(entry => $"{Setting} must name hosts as host, host:port or *.domain, but names '{entry}'");

    /// <summary>Whether an absolute http or https address may be called.</summary>
    public bool Allows(Uri address) => address.Scheme is "http" or "https" && (IsThisMachine(address) || _allowed.Any(entry => entry.Matches(address)));

    /// <summary>Why it may not be called, for people; null when it may.</summary>
    public string? Refusal(Uri address) => address.Scheme is not ("http" or "https") ? $"{address.Scheme} is no scheme that is called"
        : Allows(address) ? null
        : $"{address.Host}:{address.Port} is not among the hosts of {Setting}";

    /// <summary>Literal addresses and <c>localhost</c> only: what a name resolves to is not asked, and can change.</summary>
    private static bool IsThisMachine(Uri address) =>
        address.Host == "localhost" || (IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
