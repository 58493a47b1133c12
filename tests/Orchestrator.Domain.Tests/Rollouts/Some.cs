using Orchestrator.Domain.Alerts;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Test data for rollouts.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    public static readonly Actor Engineer = Actor.User("k-anna", "engineering");
    public static readonly Actor Product = Actor.User("k-ben", "product");
    public static readonly Actor Admin = Actor.User("k-root", "admin");

    /// <summary>
    /// Small, with everything that can happen: a shadow phase, a segment, shares, checkpoints, a gate review, objectives.
    /// </summary>
    public const string PlanText = """
        plan: checkout
        title: New checkout
        flag: newCheckout
        segments:
          beta: { title: Beta, any: [ { attribute: internal, equals: true } ] }
          eu: { title: Europe, all: [ { attribute: region, equals: eu } ] }
        metrics:
          error_rate: { ratio: errors / requests, baseline: 0.05%, target: < 0.1% }
          http_5xx_rate: { ratio: http_5xx / requests }
          p95_response_time: { quantile: 0.95, of: response_time, baseline: 150ms }
          p99_response_time: { quantile: 0.99, of: response_time }
          memory: { gauge: memory, unit: size, baseline: 30MB }
          availability: { ratio: probe_ok / probes }
        triggers:
          - { name: error-rate-spike, when: error_rate > 0.5%, for: 5m, action: rollback }
          - { name: latency-collapse, when: p99_response_time > 500ms, for: 2m, action: rollback }
          - { name: memory-leak, when: memory > 80MB, action: rollback }
          - { name: server-errors, when: http_5xx_rate > 1%, action: rollback }
          - { name: unavailable, when: availability == 0, action: rollback }
          - { name: silent, when: absent(requests), for: 5m, action: rollback }
          - { name: error-rate-warning, when: error_rate between 0.2% and 0.5%, for: 10m, action: review }
          - { name: latency-alert, when: alert(HighLatency), for: 20m, action: notify }
          - { name: eu-memory, when: memory in eu > 70MB, action: rollback-segment, segments: [eu] }
        phases:
          - name: shadow
            shadow: true
            steps: [ { name: mirrored, percentage: 0%, hold: 1h } ]
            success: [ shadow error_rate < 0.1% over 30m ]
          - name: beta
            objectives: [ { name: feedback, title: Feedback was read, required: true } ]
            steps: [ { name: cohort, segments: [beta], hold: 1h } ]
            success: [ error_rate < 0.1% over 30m ]
          - name: gradual
            steps:
              - { name: s10, percentage: 10%, hold: 1h }
              - { name: s25, percentage: 25%, hold: 1h, segments: [eu] }
              - { name: s50, percentage: 50%, hold: 4h, review: { every: 2h, roles: [engineering, product] } }
            success: [ error_rate < 0.1% over 30m, incidents == 0 over 30m ]
          - name: full
            duration: 2h..1d
            steps: [ { name: s100, percentage: 100%, hold: 1h } ]
            review: { roles: [product] }
            success: [ error_rate < 0.1% over 30m ]
        """;

    public static Plan Plan(string text = PlanText)
    {
        var read = PlanFiles.PlanText.Read(text);
        Assert.Empty(read.Errors);
        return read.Plan!;
    }

    public static RolloutCommand.Create Create(Plan? plan = null) => new("checkout-1", plan ?? Plan(), 1, "production", "salt");

    public static Simulator Created(Plan? plan = null) => new(Create(plan), Start);

    public static Simulator Started(Plan? plan = null)
    {
        var rollout = Created(plan);
        rollout.Command(new RolloutCommand.Start(), Engineer);
        return rollout;
    }

    /// <summary>A message of an alert manager that lists the whole of a group, unless told otherwise.</summary>
    public static RolloutCommand.ReportAlerts Alerts(
        string alert, string[]? firing = null, string[]? resolved = null, string? group = "g1", bool whole = true, string[]? hidden = null,
        string[]? unseen = null) => new(
        new AlertMessage(group, whole && group is not null && hidden is null,
            [new ListedAlerts(alert, firing ?? [], resolved ?? [], unseen ?? [])], hidden ?? []));

    /// <summary>A healthy minute-by-minute stream, unless told otherwise.</summary>
    public static Sample Sample(
        DateTimeOffset at, Variant variant = Variant.New, Traffic traffic = Traffic.Live, long requests = 1000, long errors = 0,
        long http5xx = 0,
        double latency = 100, double memory = 30e6, long probes = 4, long probesOk = 4, string? segment = null) => new(
        0, null, at, variant, traffic, segment,
        [new("requests", requests), new("errors", errors), new("http_5xx", http5xx), new("probes", probes), new("probe_ok", probesOk)],
        [new("memory", memory)],
        [new("response_time", [new(latency, requests)])]);
}

internal static class Driving
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <summary>Pushes a sample now and every 15 s after, the last one exactly <paramref name="span"/> later.</summary>
    public static Simulator Drive(this Simulator rollout, TimeSpan span, Func<DateTimeOffset, Sample> sample)
    {
        var end = rollout.Now + span;
        rollout.Push([sample(rollout.Now)]);
        while (rollout.Now + Every <= end)
        {
            rollout.AdvanceTo(rollout.Now + Every);
            rollout.Push([sample(rollout.Now)]);
        }

        rollout.AdvanceTo(end);
        return rollout;
    }

    /// <summary>Healthy samples of the traffic that the current phase looks at.</summary>
    public static Simulator DriveWell(this Simulator rollout, TimeSpan span) =>
        rollout.Drive(span, at => Some.Sample(at, traffic: RulesInForce.Traffic(rollout.State)));

    /// <summary>Drives well, with people who agree to everything, until the rollout is at <paramref name="step"/>.</summary>
    public static Simulator DriveTo(this Simulator rollout, string step)
    {
        for (var i = 0; i < 2000 && rollout.State.Step?.Name != step; i++)
        {
            rollout.AgreeToEverything().DriveWell(TimeSpan.FromMinutes(5));
        }

        Assert.Equal(step, rollout.State.Step?.Name);
        return rollout;
    }

    public static Simulator AgreeToEverything(this Simulator rollout)
    {
        foreach (var review in rollout.State.Reviews.Where(r => r.Open))
        {
            foreach (var person in review.Needs.IsEmpty
                ? [review.Roles.Contains("product") ? Some.Product : Some.Engineer]
                : (Actor[])[Some.Product, Some.Engineer])
            {
                rollout.Command(new RolloutCommand.DecideReview(review.Id, true, null), person);
            }
        }

        foreach (var objective in rollout.State.Phase?.Objectives ?? [])
        {
            rollout.Command(new RolloutCommand.CompleteObjective(objective.Name), Some.Engineer);
        }

        return rollout;
    }

    public static T[] Of<T>(this Simulator rollout)
        where T : RolloutEvent => [.. rollout.Events.Select(e => e.Event).OfType<T>()];
}
