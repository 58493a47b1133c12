using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Rollouts;

namespace Orchestrator.Grains.World;

/// <summary>
/// Wakes rollouts that nobody watches: after a start no grain is active by itself, and what was active on a silo that died must not stay down.
/// Which there are comes from the world, so from the log; who is watched, from the guards. Each silo sees to its share, and to everyone's what
/// stays unguarded. On real time.
/// </summary>
internal sealed partial class RolloutWatchdog(
    IWorld world, RolloutGuards guards, IGuardStore store, Silos silos, SiloDeaths deaths, IGrainFactory grains, ILogger<RolloutWatchdog> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    /// <summary>A call to a silo that just died hangs until the others say so. The next round tries again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>After a start all of them are asleep: waking them must not starve the rest.</summary>
    private static readonly int AtOnce = Environment.ProcessorCount * 2;

    /// <summary>A watched rollout renews its guard within the renewal; a round and a batch are allowed for being late.</summary>
    private static readonly TimeSpan Unguarded = RolloutGuards.Renewal + Round + RolloutGuards.Batch;

    /// <summary>What another silo should have woken for so long, anyone wakes.</summary>
    private static readonly TimeSpan Neglect = 3 * Round;


    /// <summary>Rollouts that are watched and unguarded now.</summary>
    private readonly Dictionary<string, long> _neglected = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!world.CaughtUp)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), stoppingToken);
        }

        while (true)
        {
            var asleep = await Asleep(stoppingToken);
            await Parallel.ForEachAsync(asleep, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, (id, _) => Wake(id));
            // Silos that started together do not stay together.
            await deaths.Next(Round * (0.75 + (Random.Shared.NextDouble() / 2)), stoppingToken);
        }
    }

    private async Task<IReadOnlyList<string>> Asleep(CancellationToken stop)
    {
        var watched = world.Current.Rollouts.Values.Select(entry => entry.State).Where(state => state.Watched).ToArray();
        try
        {
            var ages = watched.Length == 0 ? new Dictionary<string, TimeSpan>() : await store.Ages(stop);
            var (mine, sinceDeath) = (silos.Share(), deaths.Since);
            return [.. watched.Where(state => IsAsleep(state, Age(state.Id, ages), mine, sinceDeath)).OrderByDescending(HasWork).Select(state => state.Id)];
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Where guards are is also where events go: what is woken now could do nothing.
            LogNoGuards(failure.Message);
            return [];
        }
    }

    /// <summary>A rollout in whose triggers time runs is not left to the renewal when a silo dies: its last moment may be the one that counts.</summary>
    private bool IsAsleep(RolloutState state, TimeSpan? age, Func<string, bool> mine, TimeSpan? sinceDeath)
    {
        var asleep = age is not { } since || since > Unguarded || (since > sinceDeath && HasWork(state));
        if (!asleep)
        {
            _neglected.Remove(state.Id);
            return false;
        }

        var first = _neglected.TryGetValue(state.Id, out var seen) ? seen : _neglected[state.Id] = Stopwatch.GetTimestamp();
        return mine(state.Id) || Stopwatch.GetElapsedTime(first) > Neglect;
    }

    private static bool HasWork(RolloutState state) => !state.Triggers.IsEmpty;

    private TimeSpan? Age(string rollout, IReadOnlyDictionary<string, TimeSpan> ages)
    {
        TimeSpan? anywhere = ages.TryGetValue(rollout, out var reported) ? reported : null;
        var here = guards.Age(rollout);
        return here < anywhere ? here : anywhere ?? here;
    }

    private async ValueTask Wake(string rollout)
    {
        try
        {
            await grains.GetGrain<IRolloutGrain>(rollout).Evaluate().WaitAsync(Patience);
        }
        catch (Exception failure)
        {
            LogFailed(rollout, failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Rollout {Rollout} could not be woken; it is tried again: {Reason}")]
    private partial void LogFailed(string rollout, string reason);

    [LoggerMessage(LogLevel.Warning, "The guards could not be read: {Reason}")]
    private partial void LogNoGuards(string reason);
}
