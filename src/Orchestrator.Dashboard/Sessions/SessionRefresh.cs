using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>Reads the ended sessions of all nodes in the background, and ends the streams of those that are over.</summary>
internal sealed partial class SessionRefresh(EndedSessions ended, SessionWatches watches, ILogger<SessionRefresh> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Longest read: with <see cref="Every"/> below the promise of 5 seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private bool _fails;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Read(stoppingToken);
            watches.Look();
            await Task.Delay(Every, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Read(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            await ended.Refresh(limit.Token);
            _fails = false;
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The process stops.
        }
        catch (Exception e)
        {
            if (!_fails)
            {
                LogFails(e.Message);
            }

            _fails = true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Reading the ended sessions failed; the last known ones count until the store answers: {Reason}")]
    private partial void LogFails(string reason);
}
