using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;

namespace Orchestrator.Grains.Notifications;

/// <summary>
/// Pokes the notifier when there is news, and every second: back-offs end on orchestrator time, and a channel must not stay asleep
/// after the silo it lived on died.
/// </summary>
internal sealed partial class NotificationFollower(IGrainFactory grains, IEventLog log, ILogger<NotificationFollower> logger) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before requests are taken, so that the first rollout ever is heard of.
        await FirstCalls.Deliver(
            async () =>
            {
                await Notifier.Begin();
                return true;
            },
            cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Waited for even while stopping: the silo stops after this, and a call left behind would meet one that is half gone.
                await log.WaitForNews(await Notifier.Follow(), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(e);
                await Task.Delay(RetryAfter, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private INotifierGrain Notifier => grains.GetGrain<INotifierGrain>(INotifierGrain.Only);

    [LoggerMessage(LogLevel.Warning, "Notifications could not be taken up; trying again")]
    private partial void LogFailed(Exception e);
}
