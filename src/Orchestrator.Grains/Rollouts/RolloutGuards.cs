using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Telemetry;

namespace Orchestrator.Grains.Rollouts;

/// <summary>
/// Renews the guards of the rollouts of this process: each completed round proves that its rollout is watched. Written for the other nodes
/// in batches. Real time.
/// </summary>
public sealed partial class RolloutGuards(IGuardStore store, ILogger<RolloutGuards> logger) : BackgroundService
{
    /// <summary>A watched rollout completes a round at least this often.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(15);

    /// <summary>Most time until a round shows in the store.</summary>
    public static readonly TimeSpan Batch = TimeSpan.FromSeconds(2);


    /// <summary>Bounded by the number of rollouts, all of which the world holds.</summary>
    private readonly ConcurrentDictionary<string, long> _renewed = new();

    /// <summary>Rollouts with a round since the newest batch.</summary>
    private readonly ConcurrentDictionary<string, bool> _untold = new();

    public void Renew(string rollout)
    {
        _renewed[rollout] = Stopwatch.GetTimestamp();
        _untold[rollout] = true;
        Measures.Rounds.Add(1);
    }

    /// <summary>Time since its newest round here; null when there was none.</summary>
    public TimeSpan? Age(string rollout) => _renewed.TryGetValue(rollout, out var at) ? Stopwatch.GetElapsedTime(at) : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Batch);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Send(stoppingToken);
        }
    }

    private async Task Send(CancellationToken stop)
    {
        var rollouts = _untold.Keys.Where(rollout => _untold.TryRemove(rollout, out _)).ToArray();
        try
        {
            if (rollouts.Length > 0)
            {
                await store.Renew(rollouts, stop);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Not again: they would look younger than they are.
            LogFailed(rollouts.Length, failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Renewing the guards of {Count} rollouts failed: {Reason}")]
    private partial void LogFailed(int count, string reason);
}
