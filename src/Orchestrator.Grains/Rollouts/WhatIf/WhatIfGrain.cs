using Microsoft.Extensions.Logging;
using Orchestrator.Domain.History.WhatIf;
using Orchestrator.Grains.Time;
using Orleans.Placement;

namespace Orchestrator.Grains.Rollouts.WhatIf;

/// <summary>Runs a what-if in the background of its silo, and tells its progress.</summary>
[PreferLocalPlacement]
public sealed partial class WhatIfGrain(WhatIfJobs jobs, WhatIfRunner runner, OrchestratorClock clock, ILogger<WhatIfGrain> logger)
    : Grain, IWhatIfGrain
{
    /// <summary>Real time for which an answer is kept.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _stop = new();
    private volatile WhatIfStatus? _status;

    /// <inheritdoc />
    public Task<string?> Start(WhatIfQuestion question)
    {
        if (_status is not null || jobs.Enter(question.Key) is not { } refused)
        {
            if (_status is null)
            {
                _status = new WhatIfStatus(question, WhatIfState.Queued, 0, clock.GetUtcNow(), null, [], null);
                DelayDeactivation(Kept + WhatIfJobs.Longest);
                _ = Task.Run(() => Run(question));
            }

            return Task.FromResult((string?)null);
        }

        DeactivateOnIdle();
        return Task.FromResult<string?>(refused);
    }

    /// <inheritdoc />
    public Task<WhatIfStatus?> Status()
    {
        if (_status is null)
        {
            DeactivateOnIdle();
        }

        return Task.FromResult(_status);
    }

    /// <inheritdoc />
    public Task<bool> Cancel()
    {
        if (_status is null)
        {
            DeactivateOnIdle();
            return Task.FromResult(false);
        }

        _stop.Cancel();
        return Task.FromResult(true);
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _stop.Cancel();
        return Task.CompletedTask;
    }

    private async Task Run(WhatIfQuestion question)
    {
        try
        {
            using var turn = await jobs.Turn(_stop.Token);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            patience.CancelAfter(WhatIfJobs.Longest);
            _status = _status! with { State = WhatIfState.Running };
            var results = new List<WhatIfResult>();
            foreach (var rollout in question.Rollouts)
            {
                var result = await runner.Run(
                    rollout, question, part => _status = _status! with { Progress = (results.Count + part) / question.Rollouts.Length },
                    patience.Token);
                results.Add(result);
                _status = _status! with { Results = [.. results], Progress = (double)results.Count / question.Rollouts.Length };
            }

            End(WhatIfState.Done, null);
        }
        catch (OperationCanceledException)
        {
            End(
                _stop.IsCancellationRequested ? WhatIfState.Cancelled : WhatIfState.Failed,
                _stop.IsCancellationRequested ? null : $"The what-if took longer than {WhatIfJobs.Longest.TotalMinutes:0} minutes. Ask for fewer rollouts.");
        }
        catch (Exception failure)
        {
            LogFailed(this.GetPrimaryKeyString(), failure);
            End(WhatIfState.Failed, failure.Message);
        }
        finally
        {
            jobs.Leave(question.Key);
        }
    }

    private void End(WhatIfState state, string? failure) =>
        _status = _status! with { State = state, EndedAt = clock.GetUtcNow(), Failure = failure };

    [LoggerMessage(LogLevel.Warning, "What-if {Id} failed")]
    private partial void LogFailed(string id, Exception failure);
}
