using Microsoft.Extensions.Hosting;
using Orchestrator.Grains.Rollouts;

namespace Orchestrator.Grains.World;

/// <summary>
/// Wakes rollouts that nobody watches: after a start no grain is active by itself, and one that fell over must not stay down. Reads
/// the world, which comes from the log, so it forgets none. On real time.
/// </summary>
internal sealed class RolloutWatchdog(IWorld world, RolloutGuards guards, EvaluationPump pump) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

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
            foreach (var (id, entry) in world.Current.Rollouts)
            {
                if (entry.State.Watched && (guards.Age(id) is not { } age || age > Unguarded))
                {
                    pump.Poke(id);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
