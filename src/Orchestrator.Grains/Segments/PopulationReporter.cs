using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Grains.Segments;

/// <summary>
/// Sends this silo's counts of capped segments to the segment grains, every few seconds with evaluations. Real time. Evaluation nodes
/// call no grain: their users are counted only when they also reach a silo.
/// </summary>
internal sealed partial class PopulationReporter(IRoutingTables tables, IGrainFactory grains, ILogger<PopulationReporter> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <summary>A call to a silo that just died hangs until the membership declares it dead.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var environment in tables.Current.Environments)
            {
                foreach (var (segment, tally) in environment.Tallies)
                {
                    if (tally.Take() is { } report)
                    {
                        await Send($"{environment.Name}/{segment}", tally, report, stoppingToken);
                    }
                }
            }
        }
    }

    private async Task Send(
        string segment, Domain.Routing.SegmentTally tally, Domain.Segments.Filling.PopulationReport report, CancellationToken stop)
    {
        try
        {
            await grains.GetGrain<ISegmentGrain>(segment).Measure(report).WaitAsync(Patience, stop);
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            tally.Keep();
            LogFailed(segment, failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Sending the user count of segment {Segment} failed; retrying with the next count: {Reason}")]
    private partial void LogFailed(string segment, string reason);
}
