using System.Net;

namespace Orchestrator.Silo.Settings;

/// <summary>The machines between clients and this process.</summary>
/// <param name="KnownProxies">Reverse proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> count. Those of other clients are
/// ignored.</param>
internal sealed record EdgeSettings(IPNetwork[] KnownProxies)
{
    public const string KnownProxiesKey = "Http:KnownProxies";

    public static EdgeSettings Read(IConfigurationSection section, List<string> errors)
    {
        var proxies = new List<IPNetwork>();
        foreach (var text in (section[KnownProxiesKey] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(text, out var network))
            {
                proxies.Add(network);
            }
            else if (IPAddress.TryParse(text, out var address))
            {
                proxies.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else
            {
                errors.Add($"{section.Key}:{KnownProxiesKey} must be IP addresses or networks such as 10.0.0.7 10.1.0.0/16, with spaces between them, but has '{text}'");
            }
        }

        foreach (var all in proxies.Where(network => network.PrefixLength == 0))
        {
            errors.Add($"{section.Key}:{KnownProxiesKey} has '{all}', which is every address: a client could claim another's");
        }

        return new EdgeSettings([.. proxies]);
    }
}
