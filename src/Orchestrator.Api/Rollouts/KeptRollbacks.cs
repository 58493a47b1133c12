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
/// "Roll back now" while the log cannot be written: this node routes by it at once, keeps it on its disk (in memory where the disk takes nothing), and
/// tries it under the same command id until it was applied once or refused. Only rollbacks: nothing else is better late than never.
/// </summary>
internal sealed partial class KeptRollbacks(
    IGrainFactory grains, DirectRollback direct, KeptRollbackFolder folder, IDoubts doubts, IWorld world, LogWriting writing, OrchestratorClock clock,
    ILogger<KeptRollbacks> logger) : BackgroundService
{
    /// <summary>Most that are kept. One more is answered 503: it is not accepted.</summary>
    public const int Most = 256;

    /// <summary>A log that takes longer is not waited for by those who are served.</summary>
    private static readonly TimeSpan Prompt = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, KeptRollback> _kept = new();

    /// <summary>Those that are in memory only.</summary>
    private readonly ConcurrentDictionary<string, bool> _unsaved = new();

    /// <summary>What still waits, the oldest first.</summary>
    public IEnumerable<KeptRollback> Waiting => _kept.Values.OrderBy(kept => kept.Since);

    /// <summary>Tries it now; keeps it when that cannot be done.</summary>
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
            return new CommandResult(CommandOutcome.Unavailable, 0, 0, "rollback.too_many_kept", $"The log cannot be written, and {Most} rollbacks wait for it already.");
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
            ? "Accepted; this node routes by it already, and it will be applied once the log can be written."
            : "Accepted; this node routes by it already, and it will be applied once the log can be written. It is kept in memory only, because the disk takes nothing: "
                + "it is lost if this process ends before.");
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

            // What was given up for a rollback is taken again once there is room.
            if (_kept.IsEmpty && !writing.Fails)
            {
                folder.TryReserve();
            }
        }
    }

    private void Withdraw(KeptRollback kept) => doubts.Withdraw(
        kept.Envelope.CommandId, new Withdrawal(kept.Rollout, [.. kept.Command.Segments ?? []]));

    /// <summary>The log says it, or it was refused: the withdrawal ends, not before this node's table shows what the log says.</summary>
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

    /// <summary>Null when nobody can say yet.</summary>
    private async Task<CommandResult?> Try(KeptRollback kept)
    {
        try
        {
            var result = await grains.GetGrain<IRolloutGrain>(kept.Rollout).Execute(kept.Command, kept.Envelope).WaitAsync(Patience);
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
