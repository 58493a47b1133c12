using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts.Aftermath;

/// <summary>Notes when this node's routing table took a rollback in, and wakes who follows it up. Hears of it after the table does.</summary>
/// <param name="clock">Asked for at the first news: this is made while the process is composed, when no clock may be made yet.</param>
internal sealed class RollbackNews(Func<OrchestratorClock> clock) : IWorldObserver
{
    /// <summary>The newest rollback of each rollout.</summary>
    private readonly ConcurrentDictionary<(string Rollout, long Version), DateTimeOffset> _applied = new();
    private readonly SemaphoreSlim _news = new(0);
    private volatile bool _listening;
    private long _position;

    /// <summary>Before this what is folded is history, not news.</summary>
    public void Listen() => _listening = true;

    /// <summary>When the table took that rollback in; null when that was before anybody listened.</summary>
    public DateTimeOffset? Applied(string rollout, long version) => _applied.TryGetValue((rollout, version), out var at) ? at : null;

    /// <summary>Completes with the next rollback, or after the limit; gives the position at which the world shows it.</summary>
    public async Task<long> Wait(TimeSpan limit, CancellationToken stop)
    {
        await _news.WaitAsync(limit, stop);
        return Interlocked.Read(ref _position);
    }

    public void Changed(World.World after, IReadOnlySet<string> streams)
    {
        foreach (var stream in _listening ? streams : ImmutableHashSet<string>.Empty)
        {
            if (stream.StartsWith(RolloutEvents.Prefix, StringComparison.Ordinal)
                && after.Rollouts.TryGetValue(stream[RolloutEvents.Prefix.Length..], out var entry))
            {
                Note(entry.State, after.Position);
            }
        }
    }

    private void Note(RolloutState state, long position)
    {
        foreach (var incident in state.Incidents)
        {
            if (incident is { Undone: { } undone, Next: Leg.Propagation })
            {
                if (_applied.TryAdd((state.Id, undone.Version), clock().GetUtcNow()))
                {
                    Interlocked.Exchange(ref _position, position);
                    _news.Release();
                }
            }
            else if (incident.Undone is { } behind)
            {
                _applied.TryRemove((state.Id, behind.Version), out _);
            }
        }
    }
}
