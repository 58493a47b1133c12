using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Rollouts;

namespace Orchestrator.Grains.World;

/// <summary>
/// Wakes rollouts that nobody watches: after a start no grain is active by itself, and one that fell over must not stay down. Reads
/// the world, which comes from the log, so it forgets none. On real time.
/// </summary>
internal sealed partial class RolloutWatchdog(IWorld world, RolloutGuards guards, IGrainFactory grains, ILogger<RolloutWatchdog> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    /// <summary>After a start all of them are asleep: waking them must not starve the rest.</summary>
    private static readonly int AtOnce = Environment.ProcessorCount * 2;

    /// <summary>A watched rollout renews its guard within the renewal; a round is allowed for being late.</summary>
    private static readonly TimeSpan Unguarded = RolloutGuards.Renewal + Round;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!world.CaughtUp)
        {
            await timer.WaitForNextTickAsync(stoppingToken);
        }

        timer.Period = Round;
        do
        {
            var asleep = world.Current.Rollouts.Where(one => one.Value.State.Watched && (guards.Age(one.Key) is not { } age || age > Unguarded)).Select(one => one.Key);
            await Parallel.ForEachAsync(asleep, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, (id, _) => Wake(id));
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async ValueTask Wake(string rollout)
    {
        try
        {
            await grains.GetGrain<IRolloutGrain>(rollout).Evaluate();
        }
        catch (Exception failure)
        {
            LogFailed(rollout, failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Rollout {Rollout} could not be woken; it is tried again")]
    private partial void LogFailed(string rollout, Exception failure);
}
