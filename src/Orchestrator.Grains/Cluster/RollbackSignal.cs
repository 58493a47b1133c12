using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Cluster;

/// <summary>
/// Records when this node's routing table applied a rollback, and wakes its verification. Runs after the table's observer.
/// </summary>
/// <param name="clock">Resolved at the first rollback: this is constructed while the process is composed, when no clock may be created
/// yet.</param>
internal sealed class RollbackSignal(Func<OrchestratorClock> clock) : IWorldObserver
{
    /// <summary>The newest rollback of each rollout.</summary>
    private readonly ConcurrentDictionary<(string Rollout, long Version), DateTimeOffset> _applied = new();
    private readonly SemaphoreSlim _signal = new(0);
    private volatile bool _listening;
    private long _position;

    /// <summary>Ends the folding of history: rollbacks from now on are new.</summary>
    public void Listen() => _listening = true;

    /// <summary>Time at which the table applied that rollback; null when that was before this process started to record.</summary>
    public DateTimeOffset? Applied(string rollout, long version) => _applied.TryGetValue((rollout, version), out var at) ? at : null;

    /// <summary>Completes with the next rollback, or after the limit; gives the position at which the world shows it.</summary>
    public async Task<long> Wait(TimeSpan limit, CancellationToken stop)
    {
        await _signal.WaitAsync(limit, stop);
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
            else if (after.Finished.OfStream(stream) is { } over)
            {
                foreach (var key in _applied.Keys.Where(key => key.Rollout == over.Id))
                {
                    _applied.TryRemove(key, out _);
                }
            }
        }
    }

    private void Note(RolloutState state, long position)
    {
        foreach (var incident in state.Incidents)
        {
            if (incident is { Undone: { } rollback, Next: VerificationStep.Propagation })
            {
                if (_applied.TryAdd((state.Id, rollback.Version), clock().GetUtcNow()))
                {
                    Interlocked.Exchange(ref _position, position);
                    _signal.Release();
                }
            }
            else if (incident.Undone is { } behind)
            {
                _applied.TryRemove((state.Id, behind.Version), out _);
            }
        }
    }
}
