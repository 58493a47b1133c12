using System.Net;
using Orchestrator.Faults.Processes;

namespace Orchestrator.Faults.Network;

/// <summary>
/// One network namespace for each node, all on one bridge with this process. Needs root; without it the first call fails with that message.
/// </summary>
internal sealed class Namespaces : IAsyncDisposable
{
    private static int s_made;

    // A deleted namespace may linger while its processes end, so no name is reused.
    private readonly string _prefix = $"of{Environment.ProcessId % 10000}-{Interlocked.Increment(ref s_made)}";
    private readonly int _subnet = (Environment.ProcessId + s_made) % 250;
    private readonly List<string> _names = [];

    private string Bridge => _prefix + "b";

    /// <summary>Address of this process for the nodes.</summary>
    public IPAddress Here => Address(1);

    public static async Task<Namespaces> Create()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new NotPossibleHereException("Partitions need network namespaces, and those need root: run this scenario as root.");
        }

        var network = new Namespaces();
        try
        {
            await Command.Run("ip", "link", "add", network.Bridge, "type", "bridge");
            await Command.Run("ip", "addr", "add", $"{network.Here}/24", "dev", network.Bridge);
            await Command.Run("ip", "link", "set", network.Bridge, "up");
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>A namespace for one more node.</summary>
    public async Task<Namespace> Add()
    {
        var number = _names.Count + 1;
        var name = $"{_prefix}n{number}";
        var (outside, inside) = ($"{_prefix}v{number}", "eth0");
        await Command.Run("ip", "netns", "add", name);
        _names.Add(name);
        await Command.Run("ip", "link", "add", outside, "type", "veth", "peer", "name", inside, "netns", name);
        await Command.Run("ip", "link", "set", outside, "master", Bridge, "up");
        await Command.Run("ip", "-n", name, "addr", "add", $"{Address(10 + number)}/24", "dev", inside);
        await Command.Run("ip", "-n", name, "link", "set", inside, "up");
        await Command.Run("ip", "-n", name, "link", "set", "lo", "up");
        return new Namespace(name, Address(10 + number), Here);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _names)
        {
            await Try("ip", "netns", "del", name);
        }

        await Try("ip", "link", "del", Bridge);
    }

    private static async Task Try(string program, params string[] args)
    {
        try
        {
            await Command.Run(program, args);
        }
        catch (NotPossibleHereException)
        {
            // It was never created, so it cannot be deleted.
        }
    }

    private IPAddress Address(int host) => new([10, 213, (byte)_subnet, (byte)host]);
}

/// <summary>Network namespace of one node, with its cut connections.</summary>
internal sealed class Namespace(string name, IPAddress address, IPAddress outside)
{
    public IPAddress Address => address;

    /// <summary>Runs a command line in it.</summary>
    public IReadOnlyList<string> Prefix => ["ip", "netns", "exec", name];

    /// <summary>Drops packets between this node and given ports outside: the database, never the recorder.</summary>
    public Task CutFromOutside(int port, Way way) => Drop(way, $"ip daddr {outside} tcp dport {port}", $"ip saddr {outside} tcp sport {port}");

    /// <summary>Drops packets between this node and others.</summary>
    public async Task CutFrom(IEnumerable<Namespace> peers, Way way)
    {
        foreach (var peer in peers)
        {
            await Drop(way, $"ip daddr {peer.Address}", $"ip saddr {peer.Address}");
        }
    }

    public Task Heal() => Nft("flush table inet faults\n");

    private Task Drop(Way way, string outgoing, string incoming) => Nft(
        (way is Way.Incoming ? "" : $"add rule inet faults out {outgoing} drop\n") + (way is Way.Outgoing ? "" : $"add rule inet faults in {incoming} drop\n"));

    private Task Nft(string rules) => Command.Feed(
        "ip",
        """
        add table inet faults
        add chain inet faults in { type filter hook input priority 0; policy accept; }
        add chain inet faults out { type filter hook output priority 0; policy accept; }

        """ + rules,
        "netns", "exec", name, "nft", "-f", "-");
}

/// <summary>Direction of lost packets, as seen by the node.</summary>
internal enum Way
{
    Both,
    Outgoing,
    Incoming,
}
