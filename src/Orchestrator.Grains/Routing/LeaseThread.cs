using Microsoft.Extensions.Hosting;

namespace Orchestrator.Grains.Routing;

/// <summary>Reads the log's head once a second on a thread of its own, which no other work of the process can delay.</summary>
internal sealed class LeaseThread(NodeLease lease) : IHostedService, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly ManualResetEventSlim _stop = new();
    private Thread? _thread;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "lease", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <summary>A reading in progress uses the store, which is closed later: it is awaited, unless the store hangs.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Set();
        return Task.Run(() => _thread?.Join(Period * 2), CancellationToken.None);
    }

    public void Dispose() => _stop.Dispose();

    private void Run()
    {
        do
        {
            lease.Read();
        }
        while (!_stop.Wait(Period));
    }
}
