using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts;

/// <summary>
/// "Roll back now" while the log cannot be written: this node routes by it at once, stores it on its disk (in memory when the disk write fails), and
/// retries it under the same command id until it was applied once or refused. Only rollbacks: nothing else is better late than never.
/// </summary>
internal sealed partial class KeptRollbacks(
    IGrainFactory grains, DirectRollback direct, KeptRollbackFolder folder, IDoubts doubts, IWorld world, LogWriting writing, OrchestratorClock clock,
    ILogger<KeptRollbacks> logger) : BackgroundService
{
    /// <summary>Most pending rollbacks. One more gets 503: it is not accepted.</summary>
    public const int Most = 256;

    /// <summary>Longest wait for the log within a request.</summary>
    private static readonly TimeSpan Prompt = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, KeptRollback> _kept = new();

    /// <summary>Pending rollbacks in memory only.</summary>
    private readonly ConcurrentDictionary<string, bool> _unsaved = new();

    /// <summary>Pending rollbacks, the oldest first.</summary>
    public IEnumerable<KeptRollback> Waiting => _kept.Values.OrderBy(kept => kept.Since);

    /// <summary>Tries to apply it now; stores it when that fails.</summary>
    public async Task<CommandResult> Run(string rollout, RolloutCommand.Rollback command, Envelope envelope)
    {
        var kept = new KeptRollback(rollout, command, envelope, clock.GetUtcNow());
        var trying = Try(kept);
        if (await Task.WhenAny(trying, Task.Delay(Prompt)) != trying)
        {
            Withdraw(kept);
        }

        if (await trying is { } result)
        {
            await Done(kept, result);
            return result;
        }

        if (_kept.Count >= Most)
        {
            doubts.Return(envelope.CommandId);
            return new CommandResult(CommandOutcome.Unavailable, 0, 0, "rollback.too_many_kept", $"The log cannot be written, and {Most} rollbacks are already waiting for it. Retry later.");
        }

        Withdraw(kept);
        var saved = folder.TryAdd(kept);
        if (!saved)
        {
            _unsaved[envelope.CommandId] = true;
        }

        _kept[envelope.CommandId] = kept;
        LogKept(rollout, envelope.Actor.Id);
        return new CommandResult(CommandOutcome.Kept, 0, 0, null, saved
            ? "Accepted; this node already routes by it, and it will be applied once the log can be written."
            : "Accepted; this node already routes by it, and it will be applied once the log can be written. It is in memory only, because writing it to the disk failed: "
                + "it is lost if this process ends before that.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var kept in folder.All())
        {
            _kept[kept.Envelope.CommandId] = kept;
            Withdraw(kept);
        }

        using var timer = new PeriodicTimer(Spacing);
        folder.TryReserve();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var kept in Waiting)
            {
                if (await Try(kept with { Envelope = kept.Envelope with { Retryable = true } }) is { } result)
                {
                    folder.Remove(kept);
                    await Done(kept, result);
                    LogDone(kept.Rollout, kept.Envelope.Actor.Id, result.Outcome, result.Message);
                }
                else if (_unsaved.ContainsKey(kept.Envelope.CommandId) && folder.TryAdd(kept))
                {
                    _unsaved.TryRemove(kept.Envelope.CommandId, out _);
                }
            }

            // Space used for a rollback is reserved again once there is room.
            if (_kept.IsEmpty && !writing.Fails)
            {
                folder.TryReserve();
            }
        }
    }

    private void Withdraw(KeptRollback kept) => doubts.Withdraw(
        kept.Envelope.CommandId, new Withdrawal(kept.Rollout, [.. kept.Command.Segments ?? []]));

    /// <summary>Ends the withdrawal once the rollback is in the log or was refused, but not before this node's table has it.</summary>
    private async Task Done(KeptRollback kept, CommandResult result)
    {
        if (result.Outcome is CommandOutcome.Applied or CommandOutcome.Unchanged && result.Position > 0)
        {
            await world.WaitFor(result.Position, Patience);
        }

        doubts.Return(kept.Envelope.CommandId);
        _kept.TryRemove(kept.Envelope.CommandId, out _);
        _unsaved.TryRemove(kept.Envelope.CommandId, out _);
    }

    /// <summary>Null while the outcome is unknown.</summary>
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

    /// <summary>Second try after the grain failed: its silo may hang or be cut off, and this node may still reach the log.</summary>
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

    [LoggerMessage(LogLevel.Warning, "The rollback of {Rollout} by {By} cannot be written now; it is stored on this node; retrying")]
    private partial void LogKept(string rollout, string by);

    [LoggerMessage(LogLevel.Warning, "The rollback of {Rollout} by {By}, sent while the log was unavailable, ended: {Outcome} {Message}")]
    private partial void LogDone(string rollout, string by, CommandOutcome outcome, string? message);

    [LoggerMessage(LogLevel.Debug, "Writing the rollback of {Rollout} failed: {Reason}")]
    private partial void LogFailed(string rollout, string reason);
}
