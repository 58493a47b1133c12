using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Tests.Plans;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>
/// Every critical and warning trigger of the strategy, as samples/plans/chat-architecture.yaml has it: at, just below and just above its
/// threshold, and for its duration, a sample less and a sample more.
/// </summary>
public sealed class SamplePlanTriggerTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(15);
    private static readonly Domain.Plans.Plan Plan = Some.Plan(Samples.Plan("chat-architecture.yaml"));

    /// <summary>Trigger, what is odd, its value, seconds from the first odd sample to the last one, and whether it fires.</summary>
    public static TheoryData<string, string, double, int, bool> Cases => new()
    {
        { "error-rate-spike", "errors", 51, 300, true },
        { "error-rate-spike", "errors", 51, 315, true },
        { "error-rate-spike", "errors", 51, 285, false },
        { "error-rate-spike", "errors", 50, 600, false },
        { "error-rate-spike", "errors", 49, 600, false },
        { "latency-collapse", "latency", 501, 120, true },
        { "latency-collapse", "latency", 501, 135, true },
        { "latency-collapse", "latency", 501, 105, false },
        { "latency-collapse", "latency", 500, 300, false },
        { "latency-collapse", "latency", 499, 300, false },
        { "memory-leak", "memory", 80.1, 0, true },
        { "memory-leak", "memory", 80, 60, false },
        { "memory-leak", "memory", 79.9, 60, false },
        { "server-errors", "5xx", 101, 0, true },
        { "server-errors", "5xx", 100, 60, false },
        { "server-errors", "5xx", 99, 60, false },
        { "unavailable", "probes", 0, 0, true },
        { "unavailable", "probes", 1, 300, false },
        { "error-rate-warning", "errors", 20, 600, true },
        { "error-rate-warning", "errors", 20, 615, true },
        { "error-rate-warning", "errors", 20, 585, false },
        { "error-rate-warning", "errors", 19, 900, false },
        { "error-rate-warning", "errors", 50, 600, true },
        { "error-rate-warning", "errors", 51, 285, false },
        { "latency-warning", "latency", 165, 900, true },
        { "latency-warning", "latency", 165, 915, true },
        { "latency-warning", "latency", 165, 885, false },
        { "latency-warning", "latency", 164, 1200, false },
        { "latency-warning", "latency", 200, 900, true },
        { "latency-warning", "latency", 201, 1200, false },
        { "memory-warning", "memory", 45, 600, true },
        { "memory-warning", "memory", 45, 615, true },
        { "memory-warning", "memory", 45, 585, false },
        { "memory-warning", "memory", 44.9, 900, false },
        { "memory-warning", "memory", 50, 600, true },
        { "memory-warning", "memory", 50.1, 900, false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_trigger_fires_at_its_threshold_and_time_and_not_before(string trigger, string odd, double value, int seconds, bool fires)
    {
        var rollout = At3c();
        rollout.Drive(TimeSpan.FromSeconds(seconds), at => Sample(at, odd, value));
        rollout.AdvanceTo(rollout.Now + Step);
        if (!fires)
        {
            rollout.Drive(TimeSpan.FromMinutes(5), at => Sample(at, "", 0));
            Assert.DoesNotContain(rollout.Of<TriggerFired>(), f => f.Trigger == trigger);
            Assert.Empty(rollout.Of<RolledBack>());
            return;
        }

        var fired = Assert.Single(rollout.Of<TriggerFired>(), f => f.Trigger == trigger);
        Assert.Equal(trigger.Contains("warning", StringComparison.Ordinal) ? "warning" : "critical", fired.Level);
        Assert.Equal(fired.Level == "critical", rollout.State.Status == RolloutStatus.RolledBack);
        Assert.Equal(fired.Level == "warning", rollout.State.Reviews.Any(r => r.Open && r.Trigger == trigger));
    }

    [Theory]
    [InlineData(300, false)]
    [InlineData(359, false)]
    [InlineData(420, true)]
    public void No_sign_of_life_rolls_back_five_minutes_after_it_is_a_silence(int seconds, bool back)
    {
        var rollout = At3c();
        rollout.Drive(TimeSpan.FromMinutes(1), at => Sample(at, "", 0));
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(seconds));
        Assert.Equal(back ? "silent" : null, rollout.Of<RolledBack>().SingleOrDefault()?.Trigger);
    }

    /// <summary>Complaints a sample in the last hour, and in its last sample; one a sample, 240 an hour, is usual.</summary>
    [Theory]
    [InlineData(3, 3, false)]
    [InlineData(3, 4, true)]
    [InlineData(2, 3, false)]
    public void Complaints_are_held_against_three_times_what_is_usual(int each, int last, bool asks)
    {
        var rollout = At3c();
        void Drive(TimeSpan span, int complaints) => rollout.Drive(span, at => Sample(at, "complaints", complaints));

        Drive(TimeSpan.FromHours(3) - Step, 1);
        rollout.AdvanceTo(rollout.Now + Step);
        Drive(TimeSpan.FromHours(1) - (2 * Step), each);
        Assert.Empty(rollout.State.Reviews.Where(r => r.Open));
        rollout.AdvanceTo(rollout.Now + Step);
        Drive(TimeSpan.Zero, last);
        Assert.Equal(asks, rollout.State.Reviews.Any(r => r is { Open: true, Trigger: "complaint-spike" }));
    }

    [Fact]
    public void The_table_names_every_trigger_of_the_plan()
    {
        var tested = Cases.Select(c => c.Data.Item1).Concat(["silent", "complaint-spike"]);
        Assert.Equal(Plan.Triggers.Select(t => t.Name).Order(StringComparer.Ordinal), tested.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>At 75 %, where no step has rules of its own; people overrode what came before.</summary>
    private static Simulator At3c()
    {
        var rollout = Some.Started(Plan);
        while (rollout.State.Step!.Name != "3c")
        {
            rollout.Command(new Advance(null, true, "to 3c"), Some.Engineer);
            rollout.Command(new DecideReview(rollout.State.Reviews.Single(r => r.Open).Id, true, null), Some.Product);
        }

        rollout.AdvanceTo(rollout.Now + Step);
        return rollout;
    }

    private static Sample Sample(DateTimeOffset at, string odd, double value)
    {
        long Of(string what, long usual) => odd == what ? (long)value : usual;
        var sample = Some.Sample(
            at, requests: 10_000, errors: Of("errors", 0), http5xx: Of("5xx", 0), latency: odd == "latency" ? value : 100,
            memory: odd == "memory" ? value * 1e6 : 30e6,
            probesOk: Of("probes", 4));
        return sample with { Counters = [.. sample.Counters, new("complaints", Of("complaints", 0))] };
    }
}
