using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rollbacks;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Reasons for which a rollout needs a person; what a command would do; what stays without a control plane.</summary>
public sealed class AttentionTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    [Fact]
    public void A_healthy_rollout_needs_no_person()
    {
        var rollout = Some.Started().DriveTo("s10");
        Assert.Empty(Attention.Of(rollout.State, rollout.Now));
        Assert.Null(Attention.Worst(rollout.State, rollout.Now));
    }

    [Fact]
    public void An_alarm_comes_before_a_review_and_an_incident_before_both()
    {
        var rollout = Some.Started().DriveTo("s10");
        rollout.Drive(20 * Minute, at => Some.Sample(at, errors: 3));
        rollout.Drive(4 * Minute, at => Some.Sample(at, errors: 20));
        Assert.Equal([AttentionKind.Alarm, AttentionKind.Review], Attention.Of(rollout.State, rollout.Now).Select(one => one.Kind));
        var alarm = Attention.Worst(rollout.State, rollout.Now)!;
        Assert.StartsWith("Trigger 'error-rate-spike': Fires in ", alarm.Text, StringComparison.Ordinal);
        Assert.Equal(alarm.Since + 5 * Minute, alarm.At);

        rollout.Command(new Rollback("too many errors"), Some.Engineer);
        var incident = Assert.Single(Attention.Of(rollout.State, rollout.Now));
        Assert.Equal((AttentionKind.Incident, "Incident checkout-1-1 (critical) is not acknowledged: too many errors"), (incident.Kind, incident.Text));
        rollout.Command(new AcknowledgeIncident("checkout-1-1"), Some.Engineer);
        Assert.Empty(Attention.Of(rollout.State, rollout.Now));
    }

    [Fact]
    public void A_rollout_that_no_node_watches_or_reads_needs_a_person()
    {
        var rollout = Some.Started().DriveTo("s10");
        Assert.Equal(
            [AttentionKind.Held, AttentionKind.Unguarded], Attention.Of(rollout.State, rollout.Now, "an unknown event", true).Select(one => one.Kind));
        rollout.Command(new Hold(7, "restored"), Domain.Events.Actor.System);
        Assert.Equal(AttentionKind.Held, Attention.Worst(rollout.State, rollout.Now)!.Kind);
    }

    [Theory]
    [InlineData("2026-03-04", false)]
    [InlineData("2026-03-03", true)]
    public void A_freeze_is_announced_a_day_ahead(string day, bool announced)
    {
        var rollout = Some.Started(Some.Plan(Some.PlanText + $$"""

            calendar: { timeZone: UTC, freezes: [ { name: fair, from: "{{day}}", to: "{{day}}" } ] }
            """));
        var found = Attention.Of(rollout.State, Some.Start).Where(one => one.Kind == AttentionKind.Freeze).ToArray();
        Assert.Equal(announced ? ["fair"] : [], found.Select(one => one.Subject));
        Assert.Null(Attention.Worst(rollout.State, Some.Start));
    }

    [Fact]
    public void A_probe_is_the_answer_of_the_decider_with_its_consequence()
    {
        var rollout = Some.Created();
        Probe Ask(RolloutCommand command) => Probe.Of(rollout.State, command, Some.Engineer, rollout.Now);
        Assert.Equal(("rollout.not_running", "The rollout cannot pause: it is not started."), (Ask(new Pause("p")).Code, Ask(new Pause("p")).Reason));
        Assert.Equal(
            new Probe(true, null, null, "Step mirrored of phase shadow begins. No user moves: no user on new."), Ask(new Start()));

        rollout = Some.Started().DriveTo("s25");
        Assert.Equal(
            "It stays so until a person restores it. An incident (critical) is opened, and channels are notified. On new: 25% of users and beta, eu now, no user then.",
            Ask(new Rollback("bad")).Consequence);
        Assert.Equal(
            "On legacy until a person restores them: eu. An incident (major) is opened, and channels are notified. On new: 25% of users and beta, eu now, 25% of users and beta then.",
            Ask(new Rollback("bad", ["eu"])).Consequence);
        Assert.Equal(new Probe(false, null, "The rollout is running already.", null), Ask(new Resume(null)));
        Assert.Equal("rollout.gate_shut", Ask(new Advance(null, false, null)).Code);
        Assert.Contains("a second person decides", Ask(new Advance(null, true, "must")).Consequence, StringComparison.Ordinal);
        var before = rollout.State.Version;
        Assert.Equal(before, rollout.State.Version);
    }

    [Theory]
    [InlineData("", "If the control plane vanished now, 10% of users would stay on new for at most 11s (the lease), then everyone would be on legacy.", 11)]
    [InlineData("onStale: last", "If the control plane vanished now, 10% of users would stay on new until it is back (onStale: last).", null)]
    [InlineData("onStale: last for 5m, then legacy", "If the control plane vanished now, 10% of users would stay on new for at most 5m 11s (the lease and 'onStale'), then everyone would be on legacy.", 311)]
    public void Users_without_a_control_plane_are_said(string stale, string text, int? seconds)
    {
        var rollout = Some.Started(Some.Plan($$"""
            plan: small
            flag: f
            metrics: { error_rate: { ratio: errors / requests } }
            {{stale}}
            phases: [ { name: p, steps: [ { name: one, percentage: 10%, hold: 1h }, { name: two, percentage: 100%, hold: 1h } ] } ]
            """));
        var dead = DeadMan.Of(rollout.State, Lease);
        Assert.Equal((text, seconds is { } s ? TimeSpan.FromSeconds(s) : (TimeSpan?)null, 10m), (dead.Text, dead.For, dead.Percentage));
        rollout.Command(new Rollback("bad"), Some.Engineer);
        Assert.Equal((0m, TimeSpan.Zero), (DeadMan.Of(rollout.State, Lease).Percentage, DeadMan.Of(rollout.State, Lease).For));
    }

    [Fact]
    public void Legacy_before_a_rollback_is_healthy_only_by_what_was_measured()
    {
        var state = Some.Started().DriveTo("s25").State;
        var queries = RollbackOutlook.Ask(state);
        Assert.All(queries, query => Assert.True(query.Variant == Domain.Conditions.Variant.Legacy == query.Segment is null));
        LegacyVerdict Verdict(params IEnumerable<MetricReading> readings) =>
            RollbackOutlook.Legacy(state, [.. readings], Some.Start).Verdict;
        MetricReading Read(MetricQuery query, double? value) => new(
            query.Name, new Measurement(value, value is null ? 0 : 10_000, 0, Minute, Minute, Some.Start), null);
        double? Good(MetricQuery query) => query.Metric switch { "availability" => 1, "memory" => 30e6, "p99_response_time" => 148, _ => 0.0005 };

        Assert.Equal(LegacyVerdict.NotMeasured, Verdict());
        Assert.Equal(LegacyVerdict.NotMeasured, Verdict(queries.Select(query => Read(query, null))));
        Assert.Equal(LegacyVerdict.Healthy, Verdict(queries.Select(query => Read(query, Good(query)))));
        Assert.Equal(
            LegacyVerdict.PartlyMeasured, Verdict(queries.Select(query => Read(query, query.Metric == "error_rate" ? Good(query) : null))));
        Assert.Equal(
            LegacyVerdict.Unhealthy, Verdict(queries.Select(query => Read(query, query.Metric == "error_rate" ? 0.012 : Good(query)))));
        var sick = RollbackOutlook.Legacy(state, [.. queries.Select(query => Read(query, query.Metric == "error_rate" ? 0.012 : null))], Some.Start);
        Assert.Equal("Legacy is not healthy, so going back may not help: legacy error_rate is 1.2%, the limit is 0.5%.", sick.Text);
    }

    [Fact]
    public void The_segment_nearest_to_a_limit_comes_first()
    {
        var state = Some.Started().DriveTo("s25").State;
        MetricReading[] readings =
        [
            .. RollbackOutlook.Ask(state).Where(query => query is { Metric: "error_rate", Segment: "beta" or "eu" }).Select(query => new MetricReading(
                query.Name, new Measurement(query.Segment == "eu" ? 0.021 : 0.001, 1000, 0, Minute, Minute, Some.Start), null)),
        ];
        var segments = RollbackOutlook.Segments(state, readings, Some.Start);
        Assert.Equal(["eu", "beta"], segments.Select(one => one.Segment));
        Assert.Equal((1.0, "error_rate in eu is 2.1%, the limit is 0.5%"), (segments[0].Worst!.Fraction!.Value, segments[0].Worst!.Reach.Text));
        Assert.All(RollbackOutlook.Segments(state, [], Some.Start), one => Assert.Null(one.Worst));
    }

    [Fact]
    public void The_suggested_reason_is_the_trigger_that_fires_next()
    {
        var rollout = Some.Started().DriveTo("s10");
        Assert.Null(RollbackOutlook.Reason(TriggerReach.Of(rollout.State, null, rollout.Now)));
        rollout.Drive(3 * Minute, at => Some.Sample(at, errors: 20));
        Assert.Matches("^error-rate-spike: [0-9.]+%, limit 0.5%$", RollbackOutlook.Reason(TriggerReach.Of(rollout.State, null, rollout.Now)));
    }
}
