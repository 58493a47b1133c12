using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;

namespace Orchestrator.Grains.Notifications;

/// <summary>
/// Wakes the notifier at new events, and every second: back-offs end on orchestrator time, and a channel must not stay inactive
/// after its silo died.
/// </summary>
internal sealed partial class NotificationFollower(IGrainFactory grains, IEventLog log, ILogger<NotificationFollower> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before requests are accepted, so that the very first rollout is notified.
        await StartupRetry.Run(
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
                // Awaited even while stopping: the silo stops after this, and an unfinished call would run into a silo that is half
                // stopped.
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

    [LoggerMessage(LogLevel.Warning, "Processing notifications failed; retrying")]
    private partial void LogFailed(Exception e);
}
