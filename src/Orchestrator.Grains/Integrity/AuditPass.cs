using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Grains.Integrity;

/// <summary>Walks over the whole log again and again, slowly: what is edited after it was read is found within a pass.</summary>
internal sealed partial class AuditPass(LogAudit audit, IntegritySettings settings, ILogger<AuditPass> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(settings.Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
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

    [LoggerMessage(LogLevel.Warning, "The log could not be verified; the next pass tries again: {Reason}")]
    private partial void LogFailed(string reason);
}
