using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts.Verification;

/// <summary>
/// Finds incidents with a missing verification step in this silo's world and wakes their grains: at once with a rollback, and in a sweep,
/// so that the work continues when its silo is dead. Every silo does so; the grain does the work once.
/// </summary>
internal sealed partial class RollbackVerificationWorker(
    IWorld world, IGrainFactory grains, RollbackSignal signal, ILogger<RollbackVerificationWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!world.CaughtUp)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), stoppingToken);
        }

        signal.Listen();
        while (true)
        {
            var known = world.Current;
            await Task.WhenAll(known.Rollouts.Where(one => one.Value.State.Incidents.Any(incident => incident.Next is not null))
                .Select(one => Request(one.Key, known.Position)));
            await world.WaitFor(await signal.Wait(Sweep, stoppingToken), Sweep, stoppingToken);
        }
    }

    private async Task Request(string rollout, long position)
    {
        try
        {
            await grains.GetGrain<IRollbackVerificationGrain>(rollout).Follow(position).WaitAsync(Patience);
        }
        catch (Exception failure)
        {
            LogFailed(rollout, failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Starting the verification of the rollback of {Rollout} failed; retrying: {Reason}")]
    private partial void LogFailed(string rollout, string reason);
}
