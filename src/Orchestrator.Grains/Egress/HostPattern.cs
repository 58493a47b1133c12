using System.Net;
using Microsoft.Extensions.Configuration;

namespace Orchestrator.Grains.Egress;

/// <summary>Hosts that a setting names: <c>host</c>, <c>host:port</c>, or <c>*.domain</c> for its subdomains.</summary>
internal readonly record struct HostPattern(string Host, int? Port)
{
    /// <summary>Parses one; null when the text is not valid.</summary>
    public static HostPattern? Read(string entry)
    {
        var wild = entry.StartsWith("*.", StringComparison.Ordinal);
        var host = wild ? entry[2..] : entry;
        if (!Uri.TryCreate("http://" + host, UriKind.Absolute, out var uri) || uri.PathAndQuery != "/" || host.EndsWith('/')
            || uri.UserInfo.Length > 0
            || host.Contains('*') || uri.Fragment.Length > 0)
        {
            return null;
        }

        // A port equal to the scheme's default still counts when it was written.
        var port = host.EndsWith($":{uri.Port}", StringComparison.Ordinal) ? uri.Port : (int?)null;
        return new HostPattern((wild ? "*." : "") + uri.IdnHost.TrimEnd('.'), port);
    }

    /// <summary>The entries of a setting: a list, or one text with commas.</summary>
    public static string[] Entries(IConfigurationSection section) =>
        [.. section.GetChildren().Select(child => child.Value).Append(section.Value)
            .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    /// <summary>True when the entry is that literal address.</summary>
    public bool Names(IPAddress address, int port) =>
        IPAddress.TryParse(Host.Trim('[', ']'), out var own) && own.Equals(address) && (Port ?? port) == port;

    public bool Matches(Uri address)
    {
        var host = address.IdnHost.TrimEnd('.');
        var same = Host.StartsWith("*.", StringComparison.Ordinal)
            ? host.EndsWith(Host[1..], StringComparison.OrdinalIgnoreCase)
            : string.Equals(host, Host, StringComparison.OrdinalIgnoreCase);
        return same && (Port ?? address.Port) == address.Port;
    }
}
