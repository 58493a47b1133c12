using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts;

/// <summary>
/// "Roll back now" while the log cannot be written: this node routes by it at once, stores it on its disk (in memory when the disk write
/// fails), and retries it under the same command id until it was applied once or refused. Only rollbacks: nothing else is better late than
/// never.
/// </summary>
public sealed partial class PendingRollbacks(
    IGrainFactory grains, DirectRollback direct, PendingRollbackFolder folder, IEarlyWithdrawals doubts, IWorld world, LogWriting writing,
    OrchestratorClock clock, ILogger<PendingRollbacks> logger) : BackgroundService
{
    /// <summary>Most pending rollbacks. One more gets 503: it is not accepted.</summary>
    public const int Most = 256;

    /// <summary>Longest wait for the log within a request.</summary>
    private static readonly TimeSpan Prompt = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, PendingRollback> _pending = new();

    /// <summary>Pending rollbacks in memory only.</summary>
    private readonly ConcurrentDictionary<string, bool> _unsaved = new();

    /// <summary>Pending rollbacks, the oldest first.</summary>
    public IEnumerable<PendingRollback> Waiting => _pending.Values.OrderBy(pending => pending.Since);

    /// <summary>Tries to apply it now; stores it when that fails.</summary>
    public async Task<CommandResult> Run(string rollout, RolloutCommand.Rollback command, Envelope envelope)
    {
        var pending = new PendingRollback(rollout, command, envelope, clock.GetUtcNow());
        var trying = Try(pending);
        if (await Task.WhenAny(trying, Task.Delay(Prompt)) != trying)
        {
            Withdraw(pending);
        }

        if (await trying is { } result)
        {
            await Done(pending, result);
            return result;
        }

        if (_pending.Count >= Most)
        {
            doubts.Return(envelope.CommandId);
            return new CommandResult(
                CommandOutcome.Unavailable, 0, 0, "rollback.too_many_kept",
                $"The log cannot be written, and {Most} rollbacks are already waiting for it. Retry later.");
        }

        Withdraw(pending);
        var saved = folder.TryAdd(pending);
        if (!saved)
        {
            _unsaved[envelope.CommandId] = true;
        }

        _pending[envelope.CommandId] = pending;
        LogKept(rollout, envelope.Actor.Id);
        return new CommandResult(CommandOutcome.Kept, 0, 0, null, saved
            ? "Accepted; this node already routes by it, and it will be applied once the log can be written."
            : "Accepted; this node already routes by it, and it will be applied once the log can be written. It is in memory only, because "
                + "writing it to the disk failed: it is lost if this process ends before that.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var pending in folder.All())
        {
            _pending[pending.Envelope.CommandId] = pending;
            Withdraw(pending);
        }

        using var timer = new PeriodicTimer(Spacing);
        folder.TryReserve();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var pending in Waiting)
            {
                if (await Try(pending with { Envelope = pending.Envelope with { Retryable = true } }) is { } result)
                {
                    folder.Remove(pending);
                    await Done(pending, result);
                    LogDone(pending.Rollout, pending.Envelope.Actor.Id, result.Outcome, result.Message);
                }
                else if (_unsaved.ContainsKey(pending.Envelope.CommandId) && folder.TryAdd(pending))
                {
                    _unsaved.TryRemove(pending.Envelope.CommandId, out _);
                }
            }

            // Space used for a rollback is reserved again once there is room.
            if (_pending.IsEmpty && !writing.Fails)
            {
                folder.TryReserve();
            }
        }
    }

    private void Withdraw(PendingRollback pending) => doubts.Withdraw(
        pending.Envelope.CommandId, new Withdrawal(pending.Rollout, [.. pending.Command.Segments ?? []]));

    /// <summary>Ends the withdrawal once the rollback is in the log or was refused, but not before this node's table has it.</summary>
    private async Task Done(PendingRollback pending, CommandResult result)
    {
        if (result.Outcome is CommandOutcome.Applied or CommandOutcome.Unchanged && result.Position > 0)
        {
            await world.WaitFor(result.Position, Patience);
        }

        doubts.Return(pending.Envelope.CommandId);
        _pending.TryRemove(pending.Envelope.CommandId, out _);
        _unsaved.TryRemove(pending.Envelope.CommandId, out _);
    }

    /// <summary>Null while the outcome is unknown.</summary>
    private async Task<CommandResult?> Try(PendingRollback pending)
    {
        try
        {
            var result =
                await grains.GetGrain<IRolloutGrain>(pending.Rollout).Execute(pending.Command, pending.Envelope).WaitAsync(Patience);
            if (result.Outcome != CommandOutcome.Unavailable)
            {
                return result;
            }
        }
        catch (EvaluationOnlyException)
        {
            return await Directly(pending, alone: true);
        }
        catch (Exception failure)
        {
            LogFailed(pending.Rollout, failure.Message);
        }

        return await Directly(pending);
    }

    /// <summary>
    /// Second try after the grain failed: its silo may hang or be cut off, and this node may still reach the log. The only try on a node
    /// without grains.
    /// </summary>
    /// <param name="pending">The rollback.</param>
    /// <param name="alone">True on a node without grains: no other way of this node knows an event that its build does not.</param>
    private async Task<CommandResult?> Directly(PendingRollback pending, bool alone = false)
    {
        try
        {
            return await direct.Run(pending.Rollout, pending.Command, pending.Envelope).WaitAsync(Patience);
        }
        catch (UnknownEventException unknown) when (alone)
        {
            return CommandResult.Refused(
                0, "stream.held", $"{unknown.Message} A node of the build that wrote the event can take the command.");
        }
        catch (Exception failure)
        {
            LogFailed(pending.Rollout, failure.Message);
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
