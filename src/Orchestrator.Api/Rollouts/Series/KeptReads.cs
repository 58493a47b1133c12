using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Metrics.Signals;

namespace Orchestrator.Api.Rollouts.Series;

/// <summary>Kept signals for series. A store that fails takes the old part from an answer, and nothing else.</summary>
internal sealed partial class KeptReads(ISignalStore store, ILogger<KeptReads> logger)
{
    /// <summary>Time after which signals are among the kept ones at the earliest; younger ranges need no look.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(10);

    /// <summary>Longest read: a whole life of distributions takes more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Signals of a range; null where none is needed, and a sentence where they could not be read.</summary>
    public async Task<(KeptSeries? Kept, string? Missing)> Read(
        RolloutState state, SeriesInput input, DateTimeOffset now, CancellationToken stop)
    {
        if (input.From > now - Young)
        {
            return (null, null);
        }

        Domain.Plans.Rules.Metric[] metrics = [.. input.Metrics.Select(name => MetricNames.Find(state.Plan.Metrics, name))];
        var first = Math.Max(0, input.From.ToUnixTimeMilliseconds() - (long)MetricSeries.LongestPoint(input.Resolution).TotalMilliseconds);
        var kept = new KeptSeries(
            state.Judgement.Sampling, metrics, input.Segment, DateTimeOffset.FromUnixTimeMilliseconds(first), input.To);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            await foreach (var piece in store.Read(state.Id, first, input.To.ToUnixTimeMilliseconds(), patience.Token))
            {
                patience.Token.ThrowIfCancellationRequested();
                kept.Add(piece);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return (null, $"The kept signals took longer than {Patience.TotalSeconds:0} s to read. Older points come from blocks of the last two weeks, or are missing. Ask for a shorter range.");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(state.Id, failure.Message);
            return (null, "The kept signals could not be read. Older points come from blocks of the last two weeks, or are missing. See the server log.");
        }

        return (kept, kept.Damaged == 0 ? null : $"{kept.Damaged} blocks of kept signals are damaged; their time is a gap.");
    }

    [LoggerMessage(LogLevel.Warning, "Kept signals of rollout {Rollout} could not be read: {Reason}")]
    private partial void LogFailed(string rollout, string reason);
}
