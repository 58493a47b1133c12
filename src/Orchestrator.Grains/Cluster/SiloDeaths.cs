using System.Diagnostics;

namespace Orchestrator.Grains.Cluster;

/// <summary>Observes the deaths of silos: the rollouts that a dead silo watched are unwatched.</summary>
internal sealed class SiloDeaths : ISiloStatusListener, IDisposable
{
    private readonly ISiloStatusOracle _statuses;
    private readonly SemaphoreSlim _signal = new(0);
    private long _last;

    public SiloDeaths(ISiloStatusOracle statuses)
    {
        _statuses = statuses;
        statuses.SubscribeToSiloStatusEvents(this);
    }

    /// <summary>Time since the newest death; null when there was none.</summary>
    public TimeSpan? Since => Interlocked.Read(ref _last) is var last and not 0 ? Stopwatch.GetElapsedTime(last) : null;

    /// <summary>Completes with the next death, or after the limit.</summary>
    public Task Next(TimeSpan limit, CancellationToken stop) => _signal.WaitAsync(limit, stop);

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead && !updatedSilo.Equals(_statuses.SiloAddress))
        {
            Interlocked.Exchange(ref _last, Stopwatch.GetTimestamp());
            _signal.Release();
        }
    }

    public void Dispose()
    {
        _statuses.UnSubscribeFromSiloStatusEvents(this);
        _signal.Dispose();
    }
}
