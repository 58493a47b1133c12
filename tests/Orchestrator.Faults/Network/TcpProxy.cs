using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Faults.Network;

/// <summary>Faults of one direction of bytes.</summary>
internal sealed class Lane
{
    private volatile TaskCompletionSource _open = Opened();

    /// <summary>Delay of the bytes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Stops the bytes silently; they arrive after <see cref="Open"/>, as after a partition.</summary>
    public void Hold() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _open.TrySetResult();

    public Task Passing(CancellationToken stop) => _open.Task.WaitAsync(stop);

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        open.SetResult();
        return open;
    }
}

/// <summary>Proxy between one node and PostgreSQL, or between a service and its node.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ProxyLink, Task> _links = new();
    private readonly Task _accepting;
    private volatile bool _cut;

    private TcpProxy(IPAddress address, IPEndPoint server, bool opaque)
    {
        (_server, Opaque) = (server, opaque);
        _listener = new TcpListener(address, 0);
        _listener.Start();
        EndPoint = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = Accept();
    }

    public IPEndPoint EndPoint { get; }

    public Lane ToServer { get; } = new();

    public Lane ToClient { get; } = new();

    /// <summary>Reads the connections; null passes bytes only.</summary>
    public CommitWatch Commits { get; } = new();

    /// <summary>True when the protocol is not PostgreSQL's: bytes only.</summary>
    public bool Opaque { get; }

    public static TcpProxy Start(IPAddress address, IPEndPoint server, bool opaque = false) => new(address, server, opaque);

    /// <summary>Stops both directions silently; connections are still accepted.</summary>
    public void Blackhole()
    {
        ToServer.Hold();
        ToClient.Hold();
    }

    /// <summary>Resets every connection and each new one at once.</summary>
    public void Cut()
    {
        _cut = true;
        foreach (var link in _links.Keys)
        {
            link.Abort();
        }
    }

    /// <summary>Ends every fault.</summary>
    public void Heal()
    {
        _cut = false;
        foreach (var lane in (Lane[])[ToServer, ToClient])
        {
            lane.Delay = TimeSpan.Zero;
            lane.Open();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        foreach (var link in _links.Keys)
        {
            link.Abort();
        }

        await Task.WhenAll(_links.Values);
        _stop.Dispose();
    }

    private async Task Accept()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            var link = new ProxyLink(this, client, _server, _stop.Token);
            if (_cut)
            {
                link.Abort();
                continue;
            }

            _links[link] = Task.Run(async () =>
            {
                await link.Run();
                _links.TryRemove(link, out _);
            });
        }
    }
}
