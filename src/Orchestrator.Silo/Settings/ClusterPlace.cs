using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Silo.Settings;

/// <summary>Settings of a silo in its cluster.</summary>
/// <param name="Id">Name of the cluster.</param>
/// <param name="Address">Address for other silos.</param>
/// <param name="SiloPort">Null picks a free one.</param>
/// <param name="GatewayPort">Port for Orleans clients, which ask segment grains; null opens none.</param>
/// <param name="Push">True when silos notify each other of appended events.</param>
/// <param name="Drain">Time for which a stopping node still answers while its readiness probe already fails.</param>
/// <param name="Tls">Certificates between silos; null for none.</param>
internal sealed record ClusterPlace(
    string Id, IPAddress Address, int? SiloPort, int? GatewayPort, bool Push, TimeSpan Drain, ClusterTls? Tls)
{
    public static readonly string[] Keys =
        ["Cluster:Id", "Cluster:Address", "Cluster:SiloPort", "Cluster:GatewayPort", "Cluster:Push", "Cluster:Drain", .. ClusterTls.Keys];

    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(10);

    public static ClusterPlace Read(IConfigurationSection section, bool several, List<string> errors)
    {
        var gateway = Gateway(section, several, errors);
        return new ClusterPlace(
            section["Cluster:Id"] is { Length: > 0 } id ? id : "orchestrator",
            ReadAddress(section, errors),
            Port(section, "Cluster:SiloPort", errors),
            gateway,
            ReadPush(section, errors),
            ReadDrain(section, several, errors),
            ClusterTls.Read(section, several, gateway is not null, errors));
    }

    private static IPAddress ReadAddress(IConfigurationSection section, List<string> errors)
    {
        if (section["Cluster:Address"] is not { Length: > 0 } value)
        {
            return Container() ?? IPAddress.Loopback;
        }

        if (IPAddress.TryParse(value, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
        {
            return address;
        }

        errors.Add($"{section.Key}:Cluster:Address must be the IP address at which other silos reach this one, but is '{value}'");
        return IPAddress.Loopback;
    }

    /// <summary>In a container other silos reach it by its own address; loopback would be each silo itself.</summary>
    private static IPAddress? Container() => Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") == "true"
        ? Array.Find(Dns.GetHostAddresses(Dns.GetHostName()), address => address.AddressFamily == AddressFamily.InterNetwork)
        : null;

    private static int? Port(IConfigurationSection section, string key, List<string> errors)
    {
        if (section[key] is not { } value)
        {
            return null;
        }

        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535)
        {
            return port;
        }

        errors.Add($"{section.Key}:{key} must be a port from 1 to 65535, but is '{value}'");
        return null;
    }

    private static int? Gateway(IConfigurationSection section, bool several, List<string> errors)
    {
        const string Key = "Cluster:GatewayPort";
        var port = Port(section, Key, errors);
        if (port is not null && !several)
        {
            errors.Add($"{section.Key}:{Key} is for silos of a cluster, but {section.Key}:Storage is 'embedded': nothing would listen on {port}");
        }

        return port;
    }

    private static bool ReadPush(IConfigurationSection section, List<string> errors)
    {
        var value = section["Cluster:Push"] ?? "true";
        if (!bool.TryParse(value, out var push))
        {
            errors.Add($"{section.Key}:Cluster:Push must be true or false, but is '{value}'");
        }

        return push;
    }

    private static TimeSpan ReadDrain(IConfigurationSection section, bool several, List<string> errors)
    {
        var value = section["Cluster:Drain"] ?? (several ? "2s" : "0s");
        if (!Durations.TryParse(value, out var drain) || drain < TimeSpan.Zero || drain > LongestDrain)
        {
            errors.Add($"{section.Key}:Cluster:Drain must be a duration up to {Durations.Format(LongestDrain)}, but is '{value}'");
        }

        return drain;
    }
}
