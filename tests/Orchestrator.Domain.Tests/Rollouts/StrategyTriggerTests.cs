using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Each trigger at, just below and just above its threshold and its duration.</summary>
public sealed class StrategyTriggerTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Name, seconds of badness, errors and 5xx in 1,000 requests, latency in ms, memory in MB; whether it rolls back, and by what.
    /// </summary>
    public static TheoryData<string, int, int, int, double, double, string?> Cases => new()
    {
        { "0.6 % errors for 5 minutes", 300, 6, 0, 100, 30, "error-rate-spike" },
        { "0.6 % errors for 4 minutes 50", 290, 6, 0, 100, 30, null },
        { "exactly 0.5 % errors for 5 minutes", 300, 5, 0, 100, 30, null },
        { "p99 of 501 ms for 2 minutes", 120, 0, 0, 501, 30, "latency-collapse" },
        { "p99 of 501 ms for 1 minute 45", 105, 0, 0, 501, 30, null },
        { "p99 of exactly 500 ms for 5 minutes", 300, 0, 0, 500, 30, null },
        { "81 MB at once", 0, 0, 0, 100, 81, "memory-leak" },
        { "exactly 80 MB", 0, 0, 0, 100, 80, null },
        { "1.1 % of 5xx at once", 0, 0, 11, 100, 30, "server-errors" },
        { "exactly 1 % of 5xx", 60, 0, 10, 100, 30, null },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_trigger_fires_when_its_condition_held_for_its_time(
        string name, int seconds, int errors, int http5xx, double latency, double megabytes, string? trigger)
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.DriveWell(TimeSpan.FromMinutes(2));
        rollout.AdvanceTo(rollout.Now + Step);

        // The window still holds the good minute before: what counts is the badness by itself, so it is let out first.
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(45));
        rollout.Drive(TimeSpan.FromSeconds(seconds),
            at => Some.Sample(at, errors: errors, http5xx: http5xx, latency: latency, memory: megabytes * 1e6));
        if (trigger is null)
        {
            rollout.AdvanceTo(rollout.Now + Step);
            rollout.DriveWell(TimeSpan.FromMinutes(5));
            Assert.Empty(rollout.Of<TriggerFired>());
            Assert.Empty(rollout.Of<RolledBack>());
            return;
        }

        Assert.Equal(trigger, Assert.Single(rollout.Of<TriggerFired>()).Trigger);
        var back = Assert.Single(rollout.Of<RolledBack>());
        Assert.Equal(("gradual", "s25", 25m, trigger), (back.Phase, back.Step, back.Percentage, back.Trigger));
        Assert.NotNull(back.Evidence);
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
        Assert.True(seconds >= 0, name);
    }

    [Fact]
    public void A_gap_in_the_middle_breaks_the_for_and_is_no_success()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.Drive(TimeSpan.FromMinutes(2.5), at => Some.Sample(at, errors: 6));
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(2));
        Assert.Single(rollout.Of<EvidenceLost>());
        rollout.Drive(TimeSpan.FromMinutes(2.5), at => Some.Sample(at, errors: 6));

        Assert.Single(rollout.Of<EvidenceRegained>());
        Assert.Empty(rollout.Of<RolledBack>());
        Assert.Equal("s25", rollout.State.Step!.Name);
    }

    [Fact]
    public void A_gap_of_an_absent_node_breaks_the_for_too()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(1));
        rollout.Drive(TimeSpan.FromMinutes(3), at => Some.Sample(at, errors: 6));
        var (state, last) = (rollout.State, rollout.Now);
        Assert.False(state.Triggers["error-rate-spike"].Fired);

        // The process was down for an hour; the first thing it sees is a sample as bad as the last one.
        var back = last + TimeSpan.FromHours(1);
        var bad = new MetricReading(RoundQueries.Trigger("error-rate-spike"), new Measurement(0.006, 1000, 6, Step, Step, back), null, 0.006);
        var observe = new RolloutCommand.Observe(state.Entry, new Observation(back, [bad], back, true, last));
        var events = Assert.IsType<Decision<RolloutEvent>.Accepted>(RolloutDecider.Decide(state, observe, Actor.Timer, back)).Events;

        Assert.Collection(
            events.Take(3),
            lost => Assert.Equal(last, Assert.IsType<EvidenceLost>(lost).LastSample),
            regained => Assert.Equal(back, Assert.IsType<EvidenceRegained>(regained).Sample),
            breached => Assert.Equal(back, Assert.IsType<TriggerBreached>(breached).Since));
        foreach (var happened in events)
        {
            state = RolloutEvolution.Evolve(state, new Happened<RolloutEvent>(state.Version + 1, back, Actor.Timer, happened));
        }

        Assert.Empty(Assert.IsType<Decision<RolloutEvent>.Accepted>(RolloutDecider.Decide(state, observe, Actor.Timer, back)).Events);
    }

    [Fact]
    public void Total_silence_of_an_exercised_service_rolls_back_after_its_for()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.DriveWell(TimeSpan.FromMinutes(1));
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(5));
        Assert.Single(rollout.Of<EvidenceLost>());
        Assert.Empty(rollout.Of<RolledBack>());
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(2));
        Assert.Equal("silent", Assert.Single(rollout.Of<RolledBack>()).Trigger);
    }

    [Fact]
    public void Silence_of_a_service_that_was_never_heard_in_the_step_rolls_nothing_back()
    {
        var rollout = Some.Started();
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromDays(2));
        Assert.Empty(rollout.Of<RolledBack>());
        Assert.Empty(rollout.Of<EvidenceLost>());
        Assert.Equal("mirrored", rollout.State.Step!.Name);
    }

    [Fact]
    public void A_service_of_which_every_probe_fails_is_unavailable_at_once()
    {
        var rollout = Some.Started().DriveTo("s10");
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(1));
        rollout.Push([Some.Sample(rollout.Now, requests: 0, probesOk: 0)]);
        Assert.Equal("unavailable", Assert.Single(rollout.Of<RolledBack>()).Trigger);
    }

    [Theory]
    [InlineData(600, 3, true)]
    [InlineData(585, 3, false)]
    [InlineData(600, 2, true)]
    [InlineData(600, 1, false)]
    [InlineData(240, 5, false)]
    public void A_warning_asks_people_and_holds_the_step(int seconds, int errors, bool asks)
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(1));
        rollout.Drive(TimeSpan.FromSeconds(seconds), at => Some.Sample(at, errors: errors));

        Assert.Empty(rollout.Of<RolledBack>());
        Assert.Equal(asks ? 1 : 0, rollout.State.Reviews.Count(r => r is { Open: true, Kind: ReviewKind.Trigger }));
        Assert.Equal(asks, Gates.Shut(rollout.State, rollout.Now).Contains("review"));
    }

    [Fact]
    public void Fewer_requests_than_the_minimum_say_nothing()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromMinutes(1));
        rollout.Drive(TimeSpan.FromMinutes(10), at => Some.Sample(at, requests: 15, errors: 15, http5xx: 15));
        Assert.Empty(rollout.Of<TriggerFired>());
    }

    [Fact]
    public void A_guilty_segment_goes_back_alone()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.Push([Some.Sample(rollout.Now, memory: 75e6, segment: "eu")]);

        Assert.Equal(["eu"], Assert.Single(rollout.Of<SegmentRolledBack>()).Segments);
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
        Assert.Equal(["eu"], rollout.State.TakenBack);
    }

    [Fact]
    public void Samples_of_legacy_or_of_shadow_traffic_never_roll_back_live_users()
    {
        var rollout = Some.Started().DriveTo("s25");
        for (var i = 0; i < 40; i++)
        {
            rollout.Push([
                Some.Sample(rollout.Now),
                Some.Sample(rollout.Now, variant: Variant.Legacy, errors: 500, http5xx: 500, memory: 200e6),
                Some.Sample(rollout.Now, traffic: Traffic.Shadow, errors: 500, http5xx: 500, memory: 200e6),
            ]);
            rollout.AdvanceTo(rollout.Now + Step);
        }

        Assert.Empty(rollout.Of<TriggerFired>());
    }

    [Fact]
    public void Random_blips_over_two_days_fire_nothing_that_must_hold_for_minutes()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.Command(new RolloutCommand.Pause("watch"), Some.Engineer);
        var random = new Random(7);
        rollout.Drive(TimeSpan.FromHours(48), at => Some.Sample(at, errors: random.Next(500) == 0 ? 20 : 0));
        Assert.Empty(rollout.Of<TriggerFired>());
    }
}
