using System.Text.Json;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.PlanFiles;

namespace Orchestrator.Silo.Tests.Show;

/// <summary>One list of signals, given to the whole product over HTTP and to the simulator.</summary>
public sealed class SimulationTests
{
    private const string Plan = """
        plan: parity
        title: Live and simulated
        flag: useNewArchitecture
        metrics:
          error_rate: { ratio: errors / requests }
          http_5xx_rate: { ratio: http_5xx / requests }
          p95_response_time: { quantile: 0.95, of: response_time, baseline: 150ms }
        triggers:
          - { name: error-rate-spike, when: error_rate > 0.5%, for: 5m, action: rollback }
          - { name: server-errors, when: http_5xx_rate > 1%, action: rollback }
          - { name: silent, when: absent(requests), for: 30m, action: rollback }
          - { name: error-rate-warning, when: error_rate between 0.2% and 0.5%, for: 10m, action: review, roles: [product] }
        judgement: { sampling: 1m, window: 2m }
        phases:
          - name: mirrored
            shadow: true
            steps: [ { name: copies, percentage: 0%, hold: 20m } ]
            success: [ shadow error_rate < 0.1% over 15m ]
          - name: gradual
            objectives: [ { name: docs, title: Docs are written, required: true } ]
            steps:
              - { name: ten, percentage: 10%, hold: 30m }
              - { name: half, percentage: 50%, hold: 1h, review: { every: 20m, roles: [engineering] } }
            success: [ error_rate < 0.1% over 20m, p95_response_time <= 110% of baseline over 20m ]
          - name: full
            steps: [ { name: all, percentage: 100%, hold: 30m } ]
            success: [ error_rate < 0.1% over 20m ]
        """;

    private static readonly TimeSpan Sampling = TimeSpan.FromMinutes(1);
    private static readonly Measured Healthy = new();

    [Fact]
    public async Task Same_signals_give_the_same_events_live_and_simulated()
    {
        await using var driving = await Driving.Begin(Plan, Sampling);
        var live = new Live(driving);
        var simulated = new Simulated(
            new RolloutCommand.Create(Driving.Id, Read(), 1, "production", (await driving.Read()).GetProperty("salt").GetString()!), driving);

        await Play(live);
        await Play(simulated);

        var expected = simulated.Events();
        Assert.Equal(expected, (await driving.Events()).Where(e => !FollowsUp(e))
            .Select(e => Line(e.GetProperty("type").GetString()!, e.GetProperty("at").GetDateTimeOffset(), e.GetProperty("data"))));
        foreach (var type in (string[])["PercentageRaised", "EvidenceLost", "EvidenceRegained", "RolloutPaused", "RolloutResumed", "ReviewOpened", "ReviewDecided",
            "HoldWaived", "PercentageLowered", "TriggerFired", "RolledBack", "RolloutRestored", "RolloutCompleted"])
        {
            Assert.Contains(expected, line => line.StartsWith(type, StringComparison.Ordinal));
        }
    }

    /// <summary>The checks after a rollback ask nodes and services, not signals, so they are not simulated.</summary>
    private static bool FollowsUp(JsonElement e) => e.GetProperty("data").TryGetProperty("incident", out _) && e.GetProperty("type").GetString() != "IncidentOpened";

    private static async Task Play(Side side)
    {
        await side.Command("start", new { }, new RolloutCommand.Start());
        await Keep(side, 22, new Measured { Traffic = "shadow" });

        await Keep(side, 10, Healthy);
        await side.Command("pause", new { reason = "lunch" }, new RolloutCommand.Pause("lunch"));
        await Keep(side, 10, Healthy);
        await side.Command("resume", new { }, new RolloutCommand.Resume(null));
        await Keep(side, 4, Healthy);
        await Silence(side, 6);
        await Keep(side, 24, Healthy);

        // Half: a warning that people wave through with the checkpoint, a look back, and an early end of the hold.
        await Keep(side, 13, new Measured { Errors = 3 });
        await Keep(side, 9, Healthy);
        await side.Approve();
        await side.Command("step-back", new { reason = "odd logs" }, new RolloutCommand.StepBack(null, "odd logs"));
        await Keep(side, 3, Healthy);
        await side.Command("resume", new { }, new RolloutCommand.Resume(null));
        await Keep(side, 52, Healthy);
        await side.Approve();
        await side.Command("complete-objective", new { objective = "docs" }, new RolloutCommand.CompleteObjective("docs"));
        await side.Command("advance", new { reason = "looks good" }, new RolloutCommand.Advance(null, false, "looks good"));
        await Keep(side, 2, Healthy);

        // Everybody: back twice, and at last through.
        await Keep(side, 8, new Measured { Errors = 6 });
        await side.Command("restore", new { reason = "it was the network" }, new RolloutCommand.Restore("it was the network"));
        await Keep(side, 3, new Measured { Http5xx = 11 });
        await side.Command("restore", new { reason = "fixed" }, new RolloutCommand.Restore("fixed"));
        await Keep(side, 40, Healthy);
    }

    private static async Task Keep(Side side, int minutes, Measured measured)
    {
        for (var i = 0; i < minutes; i++)
        {
            await side.Pass(Sampling);
            await side.Push(measured);
        }
    }

    private static async Task Silence(Side side, int minutes)
    {
        for (var i = 0; i < minutes; i++)
        {
            await side.Pass(Sampling);
        }
    }

    private static Plan Read()
    {
        var reading = PlanText.Read(Plan);
        Assert.Empty(reading.Errors);
        return reading.Plan!;
    }

    private static string Line(string type, DateTimeOffset at, JsonElement data) => $"{type} {at:O} {JsonSerializer.Serialize(data)}";

    /// <summary>Where signals go.</summary>
    private abstract class Side
    {
        public abstract Task Pass(TimeSpan span);

        public abstract Task Push(Measured measured);

        public abstract Task Command(string verb, object body, RolloutCommand command, string role = "engineering");

        /// <summary>Somebody who may says go to every open review.</summary>
        public abstract Task Approve();
    }

    private sealed class Live(Driving driving) : Side
    {
        public override Task Pass(TimeSpan span) => driving.Pass(span);

        public override Task Push(Measured measured) => driving.Push(measured);

        public override Task Command(string verb, object body, RolloutCommand command, string role = "engineering") => driving.Ask(verb, body, role);

        public override Task Approve() => driving.ApproveReviews();
    }

    private sealed class Simulated(RolloutCommand.Create create, Driving keys) : Side
    {
        private readonly Simulator _simulator = new(create, Driving.Began);

        public override Task Pass(TimeSpan span)
        {
            _simulator.AdvanceTo(_simulator.Now + span);
            return Task.CompletedTask;
        }

        public override Task Push(Measured measured)
        {
            _simulator.Push(SampleReader.Read(System.Text.Encoding.UTF8.GetBytes(measured.Body(_simulator.Now)), _simulator.Now).Samples);
            return Task.CompletedTask;
        }

        public override Task Command(string verb, object body, RolloutCommand command, string role = "engineering")
        {
            Assert.IsType<Decision<RolloutEvent>.Accepted>(_simulator.Command(command, Actor.User(keys.KeyId(role), role)));
            return Task.CompletedTask;
        }

        public override async Task Approve()
        {
            foreach (var review in _simulator.State.Reviews.Where(r => r.Open))
            {
                var role = review.Roles.Contains("product") ? "product" : "engineering";
                await Command("approve", new { }, new RolloutCommand.DecideReview(review.Id, true, "looks good", Origin: keys.Origin(role)), role);
            }
        }

        public string[] Events() => [.. _simulator.Events.Select(e =>
            Line(e.Event.GetType().Name, e.At, JsonDocument.Parse(RolloutEvents.Catalog.Write(e.Event, Guid.Empty).Data).RootElement))];
    }
}
