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
    private readonly (string Host, int? Port)[] _allowed;

    /// <summary>Allows these beside this machine.</summary>
    public EgressList(IEnumerable<string> allowed) => _allowed = [.. allowed.Select(Parse)];

    /// <summary>The list as configured: a list of entries, or one text with commas.</summary>
    public static EgressList Read(IConfiguration configuration) => new(Entries(configuration).Where(IsEntry));

    /// <summary>What is wrong with the configured list.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration) => Entries(configuration).Where(entry => !IsEntry(entry))
        .Select(entry => $"{Setting} must name hosts as host, host:port or *.domain, but names '{entry}'");

    /// <summary>Whether an absolute http or https address may be called.</summary>
    public bool Allows(Uri address) => address.Scheme is "http" or "https" && (IsThisMachine(address) || _allowed.Any(entry => Matches(entry, address)));

    /// <summary>Why it may not be called, for people; null when it may.</summary>
    public string? Refusal(Uri address) => address.Scheme is not ("http" or "https") ? $"{address.Scheme} is no scheme that is called"
        : Allows(address) ? null
        : $"{address.Host}:{address.Port} is not among the hosts of {Setting}";

    /// <summary>Literal addresses and <c>localhost</c> only: what a name resolves to is not asked, and can change.</summary>
    private static bool IsThisMachine(Uri address) =>
        address.Host == "localhost" || (IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static bool Matches((string Host, int? Port) entry, Uri address)
    {
        var host = address.IdnHost.TrimEnd('.');
        var same = entry.Host.StartsWith("*.", StringComparison.Ordinal)
            ? host.EndsWith(entry.Host[1..], StringComparison.OrdinalIgnoreCase)
            : string.Equals(host, entry.Host, StringComparison.OrdinalIgnoreCase);
        return same && (entry.Port ?? address.Port) == address.Port;
    }

    private static string[] Entries(IConfiguration configuration)
    {
        var section = configuration.GetSection(Setting);
        return [.. section.GetChildren().Select(child => child.Value).Append(section.Value)
            .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
    }

    private static bool IsEntry(string entry)
    {
        var host = entry.StartsWith("*.", StringComparison.Ordinal) ? entry[2..] : entry;
        return Uri.TryCreate("http://" + host, UriKind.Absolute, out var uri) && uri.PathAndQuery == "/" && !host.EndsWith('/') && uri.UserInfo.Length == 0
            && !host.Contains('*') && uri.Fragment.Length == 0;
    }

    private static (string Host, int? Port) Parse(string entry)
    {
        var wild = entry.StartsWith("*.", StringComparison.Ordinal);
        var host = wild ? entry[2..] : entry;
        var uri = new Uri("http://" + host);
        // A port that is the scheme's own was still meant when it was written.
        var port = host.EndsWith($":{uri.Port}", StringComparison.Ordinal) ? uri.Port : (int?)null;
        return ((wild ? "*." : "") + uri.IdnHost.TrimEnd('.'), port);
    }
}
