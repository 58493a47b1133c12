using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Metrics.Sources;

/// <summary>Sees to it that the sources of every watched rollout are asked, also after a start and when a grain fell over. On real time.</summary>
internal sealed partial class SourceWaker(IWorld world, IGrainFactory grains, ILogger<SourceWaker> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round);
        do
        {
            foreach (var (id, entry) in world.CaughtUp ? world.Current.Rollouts : [])
            {
                if (entry.State.Watched && !entry.State.Plan.Sources.IsEmpty)
                {
                    await Wake(id);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Wake(string rollout)
    {
        try
        {
            await grains.GetGrain<ISourcesGrain>(rollout).Watch();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(rollout, failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The sources of rollout {Rollout} could not be woken; it is tried again")]
    private partial void LogFailed(string rollout, Exception failure);
}
