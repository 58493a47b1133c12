using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Metrics;

namespace Orchestrator.Grains.Rollouts;

/// <summary>
/// Wakes a rollout when samples arrive for it, at once but at most twenty times a real second. Samples
/// that share a round lose nothing: a round judges every sample time.
/// </summary>
public sealed partial class EvaluationScheduler(
    IGrainFactory grains, IHostApplicationLifetime lifetime, ILogger<EvaluationScheduler> logger)
    : IEvaluationScheduler
{
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(50);

    /// <summary>Rollouts that wait for a round; removed after it.</summary>
    private readonly ConcurrentDictionary<string, int> _wanted = new();

    /// <inheritdoc/>
    public void RequestEvaluation(string rollout)
    {
        if (_wanted.AddOrUpdate(rollout, 1, (_, wanted) => wanted + 1) == 1)
        {
            _ = Task.Run(() => EvaluateUntilDone(rollout, lifetime.ApplicationStopping));
        }
    }

    private async Task EvaluateUntilDone(string rollout, CancellationToken stop)
    {
        try
        {
            int seen;
            do
            {
                seen = _wanted[rollout];
                await Evaluate(rollout);
                await Task.Delay(Spacing, stop);
            }
            while (!_wanted.TryRemove(KeyValuePair.Create(rollout, seen)));
        }
        catch (OperationCanceledException)
        {
            // Stopping: the next start judges the stored samples.
        }
    }

    private async Task Evaluate(string rollout)
    {
        try
        {
            await grains.GetGrain<IRolloutGrain>(rollout).Evaluate();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The rollout's own timer and the watchdog retry it; here it must not stop the scheduler.
            LogFailed(rollout, failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Evaluation of rollout {Rollout} failed; retrying")]
    private partial void LogFailed(string rollout, Exception failure);
}
