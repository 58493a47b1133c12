using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Time;

namespace Orchestrator.Api.Rollouts;

/// <summary>
/// "Roll back now" while the log cannot be written: kept on this node's disk, and tried under the same command id until it was applied once or
/// refused. Only rollbacks: nothing else is better late than never.
/// </summary>
internal sealed partial class KeptRollbacks(IGrainFactory grains, DirectRollback direct, KeptRollbackFolder folder, OrchestratorClock clock, ILogger<KeptRollbacks> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, KeptRollback> _kept = new();

    /// <summary>What still waits, the oldest first.</summary>
    public IEnumerable<KeptRollback> Waiting => _kept.Values.OrderBy(kept => kept.Since);

    /// <summary>Tries it now; keeps it when that cannot be done.</summary>
    public async Task<CommandResult> Run(string rollout, RolloutCommand.Rollback command, Envelope envelope)
    {
        var kept = new KeptRollback(rollout, command, envelope, clock.GetUtcNow());
        if (await Try(kept) is { } result)
        {
            return result;
        }

        folder.Add(kept);
        _kept[envelope.CommandId] = kept;
        LogKept(rollout, envelope.Actor.Id);
        return new CommandResult(CommandOutcome.Kept, 0, 0, null, "Accepted; it will be applied once the log can be written.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var kept in folder.All())
        {
            _kept[kept.Envelope.CommandId] = kept;
        }

        using var timer = new PeriodicTimer(Spacing);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var kept in Waiting)
            {
                if (await Try(kept with { Envelope = kept.Envelope with { Retryable = true } }) is { } result)
                {
                    folder.Remove(kept);
                    _kept.TryRemove(kept.Envelope.CommandId, out _);
                    LogDone(kept.Rollout, kept.Envelope.Actor.Id, result.Outcome, result.Message);
                }
            }
        }
    }

    /// <summary>Null when nobody can say yet.</summary>
    private async Task<CommandResult?> Try(KeptRollback kept)
    {
        try
        {
            var result = await grains.GetGrain<IRolloutGrain>(kept.Rollout).Run(kept.Command, kept.Envelope).WaitAsync(Patience);
            if (result.Outcome != CommandOutcome.Unavailable)
            {
                return result;
            }
        }
        catch (Exception failure) when (failure is not EvaluationOnlyException)
        {
            LogFailed(kept.Rollout, failure.Message);
        }

        return await Directly(kept);
    }

    /// <summary>The grain could not: its silo may hang or be cut off, and this node may reach the log all the same.</summary>
    private async Task<CommandResult?> Directly(KeptRollback kept)
    {
        try
        {
            return await direct.Run(kept.Rollout, kept.Command, kept.Envelope).WaitAsync(Patience);
        }
        catch (Exception failure)
        {
            LogFailed(kept.Rollout, failure.Message);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The rollback of {Rollout} that {By} asked for cannot be written now; it is kept and tried again")]
    private partial void LogKept(string rollout, string by);

    [LoggerMessage(LogLevel.Warning, "The rollback of {Rollout} that {By} asked for while the log was away ended: {Outcome} {Message}")]
    private partial void LogDone(string rollout, string by, CommandOutcome outcome, string? message);

    [LoggerMessage(LogLevel.Debug, "The rollback of {Rollout} could not be written: {Reason}")]
    private partial void LogFailed(string rollout, string reason);
}
