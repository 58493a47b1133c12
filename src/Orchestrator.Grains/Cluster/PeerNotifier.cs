using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Telemetry;

namespace Orchestrator.Grains.Cluster;

/// <summary>
/// One call at a time to each silo, always with the newest position: positions that arrive during a call go with the next.
/// </summary>
internal sealed partial class PeerNotifier(Silos silos, ClusterSettings settings, ILogger<PeerNotifier> logger) : IPeerNotifier
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);


    /// <summary>Active silos. Dead ones are removed, since each start of a silo has an address of its own.</summary>
    private readonly ConcurrentDictionary<SiloAddress, Lane> _lanes = new();

    public void Notify(long position)
    {
        SiloAddress[] others = settings.Push ? [.. silos.Others] : [];
        foreach (var gone in _lanes.Keys.Where(silo => !others.Contains(silo)))
        {
            _lanes.TryRemove(gone, out _);
        }

        foreach (var silo in others)
        {
            var lane = _lanes.GetOrAdd(silo, _ => new Lane());
            if (lane.Want(position))
            {
                _ = Task.Run(() => Drain(silo, lane));
            }
        }
    }

    private async Task Drain(SiloAddress silo, Lane lane)
    {
        do
        {
            while (lane.Next() is { } position)
            {
                await Notify(silo, position);
            }
        }
        while (lane.Rest());
    }

    private async Task Notify(SiloAddress silo, long position)
    {
        try
        {
            var began = TimeProvider.System.GetTimestamp();
            await silos.Of(silo).Reach(position).WaitAsync(Patience);
            Measures.Pushes.Record(TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        }
        catch (Exception failure)
        {
            // The silo also polls the log, so a lost push is harmless.
            LogFailed(silo, position, failure);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Silo {Silo} did not acknowledge position {Position}")]
    private partial void LogFailed(SiloAddress silo, long position, Exception failure);

    /// <summary>Pending push to one silo.</summary>
    private sealed class Lane
    {
        private readonly Lock _lock = new();
        private long _wanted;
        private long _notified;
        private bool _busy;

        /// <summary>True when the caller must start sending.</summary>
        public bool Want(long position)
        {
            lock (_lock)
            {
                _wanted = Math.Max(_wanted, position);
                var begins = !_busy;
                _busy = true;
                return begins;
            }
        }

        public long? Next()
        {
            lock (_lock)
            {
                if (_notified >= _wanted)
                {
                    return null;
                }

                _notified = _wanted;
                return _notified;
            }
        }

        /// <summary>True when a newer position arrived in the meantime.</summary>
        public bool Rest()
        {
            lock (_lock)
            {
                _busy = _notified < _wanted;
                return _busy;
            }
        }
    }
}
