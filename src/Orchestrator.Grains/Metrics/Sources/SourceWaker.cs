using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Metrics.Sources;

/// <summary>
/// Keeps the sources of every watched rollout polled, also after a start and after a failure of a grain. Each silo wakes its share, and
/// now and then every rollout. On real time.
/// </summary>
internal sealed partial class SourceWaker(IWorld world, Silos silos, IGrainFactory grains, ILogger<SourceWaker> logger) : BackgroundService
{
    private const int EveryoneEach = 10;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    /// <summary>A call to a silo that just died hangs until the membership declares it dead.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount * 2, CancellationToken = stoppingToken };
        for (var round = 0; ; round++)
        {
            var mine = round % EveryoneEach == 0 ? _ => true : silos.Share();
            var watched = world.CaughtUp
                ? world.Current.Rollouts.Where(
                    one => one.Value.State is { AsksSources: true, Plan.Sources.IsEmpty: false } && mine(one.Key)).Select(one => one.Key)
                : [];
            await Parallel.ForEachAsync(watched, options, (id, _) => Wake(id));
            await timer.WaitForNextTickAsync(stoppingToken);
        }
    }

    private async ValueTask Wake(string rollout)
    {
        try
        {
            await grains.GetGrain<ISourcesGrain>(rollout).Watch().WaitAsync(Patience);
        }
        catch (Exception failure)
        {
            LogFailed(rollout, failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Starting the sources of rollout {Rollout} failed; retrying: {Reason}")]
    private partial void LogFailed(string rollout, string reason);
}
