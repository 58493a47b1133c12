using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts;

/// <summary>
/// Wakes rollouts that nobody watches: after a start all that run, later those whose rounds stopped. Grains hold their own timers,
/// but nothing re-activates a grain whose process died.
/// </summary>
internal sealed partial class RolloutWatchdog(
    IWorld world, IGrainFactory grains, RolloutGuards guards, IHostApplicationLifetime lifetime, ILogger<RolloutWatchdog> logger) : BackgroundService
{
    private const int AtOnce = 16;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Unguarded = RolloutGuards.Renewal + TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await Started(stoppingToken))
        {
            return;
        }

        try
        {
            while (true)
            {
                // Jittered, so that the nodes of a cluster do not all look at the same moment.
                await Wake(stoppingToken);
                await Task.Delay(Every * (0.75 + (Random.Shared.NextDouble() / 2)), stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private Task Wake(CancellationToken stop)
    {
        var unwatched = world.Current.Rollouts
            .Where(r => r.Value.State.Watched && (guards.Age(r.Key) is not { } age || age > Unguarded))
            .Select(r => r.Key);
        return Parallel.ForEachAsync(unwatched, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (rollout, _) =>
        {
            try
            {
                await grains.GetGrain<IRolloutGrain>(rollout).Evaluate();
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(rollout, failure);
            }
        });
    }

    /// <summary>Grains can be called only once the silo runs.</summary>
    private async Task<bool> Started(CancellationToken stop)
    {
        var started = new TaskCompletionSource();
        await using var running = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await using var stopping = stop.Register(() => started.TrySetCanceled(stop));
        await ((Task)started.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stop.IsCancellationRequested;
    }

    [LoggerMessage(LogLevel.Error, "Rollout {Rollout} could not be evaluated; the watchdog tries again")]
    private partial void LogFailed(string rollout, Exception failure);
}
