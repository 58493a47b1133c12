using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Metrics;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Rollouts.Verification;

/// <summary>Runs a verification step: may take long, changes nothing, ends in a report. Null when the step is no longer needed.</summary>
internal sealed class VerificationSteps(
    IPropagation propagation, Silos silos, LocalServed local, IGrainFactory grains, Prober prober, OrchestratorClock clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <param name="state">The rollout at the start of the step. Its plan never changes.</param>
    /// <param name="rollback">The rollback.</param>
    /// <param name="step">The step to run.</param>
    /// <param name="wanted">True while the step is still the next one.</param>
    /// <param name="stop">The process stops: nothing is reported.</param>
    public Task<VerificationReport?> Work(
        RolloutState state, RollbackRecord rollback, VerificationStep step, Func<bool> wanted, CancellationToken stop) => step switch
        {
            VerificationStep.Propagation => Propagate(state, rollback, wanted, stop),
            VerificationStep.Traffic => WatchTraffic(state, rollback, wanted, stop),
            _ => Check(state, rollback, step, wanted, stop),
        };

    private async Task<VerificationReport?> Propagate(
        RolloutState state, RollbackRecord rollback, Func<bool> wanted, CancellationToken stop) =>
        await propagation.Confirm(state, rollback, wanted, stop);

    private async Task<VerificationReport?> WatchTraffic(
        RolloutState state, RollbackRecord rollback, Func<bool> wanted, CancellationToken stop)
    {
        var counts = new ServedCounts(silos, local, state.Environment, state.Plan.Flag);
        var before = await counts.Look(stop);
        while (wanted())
        {
            await Task.Delay(Look, stop);
            var served = await counts.Look(stop);
            var since = new Served(served.New, served.Legacy, served.New != before.New);
            before = served;
            var now = clock.GetUtcNow();
            var seen = await Ask(state, TrafficCheck.Ask(state, rollback, now), now);
            if (seen is not null && TrafficCheck.Judge(state, rollback, rollback.Segments.IsEmpty ? since : null, seen) is { } report)
            {
                return report;
            }
        }

        return null;
    }

    private async Task<VerificationReport?> Check(
        RolloutState state, RollbackRecord rollback, VerificationStep step, Func<bool> wanted, CancellationToken stop)
    {
        var checks = RuleCheck.Of(state, step);
        var results = new CheckResult[checks.Count];
        for (var attempt = 1; attempt <= RuleCheck.Attempts && wanted(); attempt++)
        {
            if (attempt > 1)
            {
                await Task.Delay(RuleCheck.Spacing(state), clock, stop);
            }

            var open = Enumerable.Range(0, checks.Count).Where(i => results[i] is not { Passed: true }).ToArray();
            var now = clock.GetUtcNow();
            var rules = open.Select(i => checks[i]).Where(c => c.Rule is not null).ToArray();
            var seen = rules.Length > 0 ? await Ask(state, RuleCheck.Ask(state, rollback, step, rules), now) : null;
            var answers = await Task.WhenAll(open.Select(i => Check(state, checks[i], seen, attempt, stop)));
            for (var i = 0; i < open.Length; i++)
            {
                results[open[i]] = answers[i];
            }

            if (answers.All(a => a.Passed))
            {
                return Report();
            }
        }

        return wanted() ? Report() : null;

        VerificationReport Report() => step == VerificationStep.Health
            ? new VerificationReport.Health(clock.GetUtcNow(), results)
            : new VerificationReport.Consistency(clock.GetUtcNow(), results);
    }

    private async Task<CheckResult> Check(RolloutState state, Check check, Observation? seen, int attempt, CancellationToken stop)
    {
        if (check.Probe is { } address)
        {
            var answer = await prober.Ask(address, check.Timeout, stop);
            return new CheckResult(check.Name, answer.Ok, attempt, answer.Took, answer.Text);
        }

        var (passed, text) = seen is null ? (false, "the metric windows did not answer") : RuleCheck.Judge(state, check, seen);
        return new CheckResult(check.Name, passed, attempt, null, text);
    }

    private async Task<Observation?> Ask(RolloutState state, RoundQuery query, DateTimeOffset now)
    {
        var observations = await grains.GetGrain<IMetricsGrain>(state.Id).Observe(query, now - TimeSpan.FromMilliseconds(1));
        return observations is [.., var newest] ? newest : null;
    }
}
