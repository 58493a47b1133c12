using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Orchestrator.Faults.Network;

namespace Orchestrator.Faults.Processes;

/// <summary>
/// One node of the cluster, or a service beside it: an address that stays, and a process that may die and be started again.
/// </summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly string _folder;
    private readonly IReadOnlyList<string> _settings;
    private NodeProcess? _process;
    private int _runs;

    /// <param name="name">Its name in the recording.</param>
    /// <param name="folder">Folder of its output.</param>
    /// <param name="address">Address it listens on.</param>
    /// <param name="settings">Command line beside its addresses.</param>
    public Node(string name, string folder, IPAddress address, IReadOnlyList<string> settings)
    {
        (Name, _folder, _settings) = (name, folder, settings);
        Address = new Uri($"http://{address}:{FreePort()}");
    }

    public string Name { get; }

    /// <summary>Name of the process in the recording: <c>silo-1/2</c>.</summary>
    public string Process => $"{Name}/{_runs}";

    public Uri Address { get; }

    public bool IsSilo => Name.StartsWith("silo", StringComparison.Ordinal);

    /// <summary>Proxy between it and PostgreSQL; null without PostgreSQL.</summary>
    public TcpProxy? Database { get; init; }

    public Namespace? Namespace { get; init; }

    public WallClock? Clock { get; init; }

    /// <summary>The program: an assembly beside this one, and the start of its command line.</summary>
    public IReadOnlyList<string> Program { get; init; } = ["Orchestrator.Silo.dll"];

    /// <summary>Program of its first process, of an older build; null for the same.</summary>
    public string? Before { get; init; }

    public bool Runs => _process is { HasExited: false };

    /// <summary>Starts a process for it; returns when the process listens.</summary>
    public async Task Start()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        var run = Interlocked.Increment(ref _runs);
        _process = NodeProcess.Start(
            Process, Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{Name}-{run}.log")), Namespace?.Prefix ?? [],
            [.. run == 1 && Before is { } before ? (IReadOnlyList<string>)[before] : Program, "--urls", Address.GetLeftPart(UriPartial.Authority),
                .. _settings], Clock?.Environment ?? new Dictionary<string, string>());
        await _process.Listening();
    }

    public void Send(Signal signal) => _process!.Send(signal);

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        Send(Signal.Kill);
        await _process!.Ended();
    }

    /// <summary>SIGTERM, and waits for the end; returns the exit code.</summary>
    public async Task<int> Stop()
    {
        Send(Signal.Terminate);
        await _process!.Ended();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        if (Database is not null)
        {
            await Database.DisposeAsync();
        }
    }

    /// <summary>Ports that nodes of this process have, also while they are down. A few for each node.</summary>
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>
    /// A free port below the ephemeral range, never the same one twice: an ephemeral port, or one of a node that has not started yet, may
    /// be taken while a node is down. A node in a namespace has all ports of its own.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 30_000);
            if (!Given.TryAdd(port, true))
            {
                continue;
            }

            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Another process listens there.
            }
        }
    }
}
