using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Snapshots;

namespace Orchestrator.Grains.Integrity;

/// <summary>
/// Verifies the whole log again and again, slowly: an edit of events that were already read is found within a pass. After a start from a
/// snapshot the first pass begins at once: that start did not read the events below it.
/// </summary>
internal sealed partial class AuditPass(
    LogAudit audit, IWorld world, WorldSnapshots snapshots, IntegritySettings settings, ILogger<AuditPass> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(settings.Every);
        await world.WaitFor(1, settings.Every, stoppingToken);
        for (var now = snapshots.StartedFrom > 0; now || await timer.WaitForNextTickAsync(stoppingToken); now = false)
        {
            try
            {
                var report = await audit.Whole(settings.Rate, stoppingToken);
                if (report.First is { } first)
                {
                    LogBroken(report.Broken.Length, first.Text);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Critical, "THE LOG WAS CHANGED outside of the product, in {Count} streams. {First}")]
    private partial void LogBroken(int count, string first);

    [LoggerMessage(LogLevel.Warning, "Verification of the log failed; retrying in the next pass: {Reason}")]
    private partial void LogFailed(string reason);
}
