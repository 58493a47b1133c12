using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Metrics.Sources;

/// <summary>Rounds by a timer that interleaves with calls, so no call waits for a source.</summary>
public sealed partial class SourcesGrain(
    IWorld world, OrchestratorClock clock, SourceKinds kinds, IEvaluationScheduler scheduler, ILogger<SourcesGrain> logger)
        : Grain, ISourcesGrain
{
    /// <summary>Shortest time between two polls in real time, whatever the plan and the clock's speed.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<SourceWorker> _workers = [];
    private readonly List<IGrainTimer> _timers = [];
    private string? _asked;

    private string Id => this.GetPrimaryKeyString();

    public Task Watch()
    {
        if (State is { AsksSources: true } state && Asked(state) is var asked && asked != _asked)
        {
            Begin(state, asked);
        }

        return Task.CompletedTask;
    }

    /// <summary>Workers for the sources of the plan in force; those of the plan before an amendment are stopped.</summary>
    private void Begin(RolloutState state, string asked)
    {
        _timers.ForEach(timer => timer.Dispose());
        _timers.Clear();
        _workers.Clear();
        _asked = asked;
        foreach (var source in state.Plan.Sources)
        {
            var every = Latest(source.Every ?? state.Judgement.Sampling / 2, Shortest * clock.Speed);
            var ratios = state.Plan.Metrics.Select(metric => metric.Source).OfType<MetricSource.Ratio>();
            var worker = new SourceWorker(
                source, kinds.Of(source, state), new SourceRounds(state.Judgement.Sampling, clock.Speed, ratios), every, clock.GetUtcNow());
            _workers.Add(worker);
            _timers.Add(this.RegisterGrainTimer(
                _ => Round(worker), new GrainTimerCreationOptions(TimeSpan.Zero, every) { Interleave = true, KeepAlive = true }));
        }
    }

    public Task<SourceStatus[]> Status() =>
        Task.FromResult<SourceStatus[]>([.. _workers.Select(worker => worker.Status(clock.GetUtcNow())).OfType<SourceStatus>()]);

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        await _stop.CancelAsync();

    /// <summary>Everything the workers depend on: an amendment that leaves it unchanged keeps the workers and their counters.</summary>
    private string Asked(RolloutState state)
    {
        if (_of is not { } known || known.Plan != state.Plan || known.Sampling != state.Judgement.Sampling)
        {
            _of = known = (state.Plan, state.Judgement.Sampling, $"{state.Judgement.Sampling}\n{PlanPart.Text(state.Plan, "sources")}\n{PlanPart.Text(state.Plan, "metrics")}");
        }

        return known.Text;
    }

    private (Plan Plan, TimeSpan Sampling, string Text)? _of;

    private RolloutState? State => world.Current.Rollouts.GetValueOrDefault(Id)?.State;

    private async Task Round(SourceWorker worker)
    {
        if (State is not { AsksSources: true } state)
        {
            // The rollout serves new to no user any more: the command that advances it again also starts this again.
            DeactivateOnIdle();
            return;
        }

        if (Asked(state) is var asked && asked != _asked)
        {
            Begin(state, asked);
            return;
        }

        try
        {
            var body = await worker.Ask(state, clock, _stop.Token);
            Report(worker);
            if (!_workers.Contains(worker))
            {
                // The answer to a query of the plan before.
                return;
            }

            if (body is not null && await GrainFactory.GetGrain<IMetricsGrain>(Id).Push(body) is { } receipt)
            {
                if (receipt.Rejected > 0 || receipt.Malformed)
                {
                    LogRejected(worker.Name, Id, receipt.Rejected, receipt.Errors.FirstOrDefault()?.Message);
                }

                scheduler.RequestEvaluation(Id);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A round lost is a gap like any other.
            worker.Broken(failure, clock.GetUtcNow());
            LogFailed(worker.Name, Id, failure);
        }
    }

    private void Report(SourceWorker worker)
    {
        foreach (var (query, failing, text) in worker.TakeTurns())
        {
            if (failing)
            {
                LogFailing(worker.Name, Id, query, text);
            }
            else
            {
                LogAgain(worker.Name, Id, query);
            }
        }
    }

    private static TimeSpan Latest(TimeSpan one, TimeSpan other) => one > other ? one : other;

    [LoggerMessage(LogLevel.Warning, "Source {Source} of rollout {Rollout} gives no evidence for {Query}: {Text}")]
    private partial void LogFailing(string source, string rollout, string query, string text);

    [LoggerMessage(LogLevel.Information, "Source {Source} of rollout {Rollout} answers for {Query} again")]
    private partial void LogAgain(string source, string rollout, string query);

    [LoggerMessage(LogLevel.Warning, "The metric windows rejected {Count} samples of source {Source} of rollout {Rollout}: {Message}")]
    private partial void LogRejected(string source, string rollout, int count, string? message);

    [LoggerMessage(LogLevel.Warning, "A round of source {Source} of rollout {Rollout} failed; retrying with the next round")]
    private partial void LogFailed(string source, string rollout, Exception failure);
}
