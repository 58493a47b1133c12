using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts;

/// <summary>
/// Wakes rollouts that nobody watches: after a start no grain is active by itself, and grains of a dead silo must become active elsewhere.
/// The world, so the log, lists the rollouts; the guards show the watched ones. Each silo wakes its share, and every silo wakes those that
/// stay unguarded. On real time.
/// </summary>
internal sealed partial class RolloutWatchdog(
    IWorld world, RolloutGuards guards, IGuardStore store, Silos silos, SiloDeaths deaths, IGrainFactory grains,
    ILogger<RolloutWatchdog> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    /// <summary>A call to a silo that just died hangs until the membership declares it dead. The next round retries.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Most activations at one time: after a start all grains are inactive, and activating them must not starve the rest.
    /// </summary>
    private static readonly int AtOnce = Environment.ProcessorCount * 2;

    /// <summary>A watched rollout renews its guard within the renewal; a round and a batch are allowed for being late.</summary>
    private static readonly TimeSpan Unguarded = RolloutGuards.Renewal + Round + RolloutGuards.Batch;

    /// <summary>Time after which any silo wakes a rollout of another silo's share.</summary>
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
            await Parallel.ForEachAsync(
                asleep, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, (id, _) => Wake(id));
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
            return [.. watched.Where(state => IsAsleep(state, Age(state.Id, ages), mine, sinceDeath)).OrderByDescending(HasWork)
                .Select(state => state.Id)];
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Guards and events are in one store: a rollout woken now could append nothing.
            LogNoGuards(failure.Message);
            return [];
        }
    }

    /// <summary>A rollout whose triggers depend on elapsed time is woken at once when a silo dies: seconds may decide.</summary>
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

    [LoggerMessage(LogLevel.Warning, "Activating rollout {Rollout} failed; retrying: {Reason}")]
    private partial void LogFailed(string rollout, string reason);

    [LoggerMessage(LogLevel.Warning, "Reading the guards failed: {Reason}")]
    private partial void LogNoGuards(string reason);
}
