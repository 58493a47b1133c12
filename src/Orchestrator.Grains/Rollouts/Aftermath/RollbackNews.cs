using System.Collections.Concurrent;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts.Aftermath;

/// <summary>Notes when this node's routing table took a rollback in, and wakes who follows it up. Hears of it after the table does.</summary>
internal sealed class RollbackNews(OrchestratorClock clock) : IWorldObserver
{
    /// <summary>More than are ever open at once; beyond it a rollback counts as routed when it is looked at.</summary>
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<(string Stream, long Version), DateTimeOffset> _applied = new();
    private readonly SemaphoreSlim _news = new(0);
    private volatile bool _listening;
    private long _position;

    /// <summary>Before this what is folded is history, not news.</summary>
    public void Listen() => _listening = true;

    /// <summary>When the table took that rollback in, told once; null when nobody noted it.</summary>
    public DateTimeOffset? Take(string stream, long version) => _applied.TryRemove((stream, version), out var at) ? at : null;

    /// <summary>Completes with the next rollback, or after the limit; gives the position at which the world shows it.</summary>
    public async Task<long> Wait(TimeSpan limit, CancellationToken stop)
    {
        await _news.WaitAsync(limit, stop);
        return Interlocked.Read(ref _position);
    }

    public void Changed(World.World after, IReadOnlyList<RecordedEvent> events)
    {
        foreach (var e in _listening ? events : [])
        {
            if (e.Type is "rollout.rolled_back" or "rollout.segment_rolled_back")
            {
                if (_applied.Count < Most)
                {
                    _applied[(e.Stream, e.Version)] = clock.GetUtcNow();
                }

                Interlocked.Exchange(ref _position, after.Position);
                _news.Release();
            }
        }
    }
}
