using CsCheck;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Domain.Routing;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Legacy takes 20 % back in a minute: what people ask for comes in such pieces, what must be undone does not.</summary>
public sealed class LoadRampTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly Domain.Plans.Plan Plan = Declared("legacy: { capacity: 20%, per: 1m }");

    [Fact]
    public void A_step_back_returns_its_load_in_pieces_and_then_holds()
    {
        var rollout = AtStep("s75");
        var start = rollout.Now;
        rollout.Command(new StepBack("s75", "odd logs"), Some.Engineer);
        Assert.Equal(
            ("s25", RolloutStatus.Paused, Share.OfPercent(55)), (rollout.State.Step!.Name, rollout.State.Status, rollout.State.Percentage));
        Assert.Equal(start + Minute, NextWakes.NextWake(rollout.State, rollout.Now));
        Assert.Equal("rollout.ramping", Code(rollout.Command(new Resume(null), Some.Engineer)));

        rollout.DriveWell(TimeSpan.FromMinutes(10));
        Assert.Equal([(start, 75m, 55m), (start + Minute, 55m, 35m), (start + (2 * Minute), 35m, 25m)], Pieces(rollout));
        Assert.Single(rollout.Of<RampStarted>());
        Assert.Equal(["eu"], rollout.State.Included);
        rollout.Command(new Resume(null), Some.Engineer);
        Assert.Equal(RolloutStatus.Running, rollout.State.Status);
        rollout.DriveTo("s75");
        Assert.Equal((Share.OfPercent(75), true), (rollout.State.Percentage, rollout.State.Included.Contains("us")));
    }

    [Fact]
    public void A_rollback_that_asks_for_it_ends_with_the_ordinary_rollback_and_its_segments()
    {
        var rollout = AtStep("s75");
        var start = rollout.Now;
        rollout.Command(new Rollback("too many complaints", null, true), Some.Engineer);
        rollout.DriveWell(3 * Minute - TimeSpan.FromSeconds(15));
        Assert.Equal((Share.OfPercent(15), 2, RouteMode.Split),
            (rollout.State.Percentage, rollout.State.Included.Length, RolloutRoutes.Of(rollout.State).Mode));
        rollout.DriveWell(10 * Minute);

        Assert.Equal([(start, 75m, 55m), (start + Minute, 55m, 35m), (start + (2 * Minute), 35m, 15m)], Pieces(rollout));
        var back = Assert.Single(rollout.Events, e => e.Event is RolledBack);
        Assert.Equal((start + (3 * Minute), 15m, "too many complaints"), (back.At, ((RolledBack)back.Event).Percentage, ((RolledBack)back.Event).Reason));
        Assert.Equal((RolloutStatus.RolledBack, RouteMode.Off), (rollout.State.Status, RolloutRoutes.Of(rollout.State).Mode));
        Assert.Single(rollout.Of<IncidentOpened>());

        rollout.Command(new Restore("they were about something else"), Some.Engineer);
        Assert.Equal(
            ("s75", Share.OfPercent(75), RolloutStatus.Running), (rollout.State.Step!.Name, rollout.State.Percentage, rollout.State.Status));
    }

    [Fact]
    public void However_late_a_process_comes_only_one_piece_returns_at_a_time()
    {
        var rollout = AtStep("s75");
        rollout.Command(new Rollback("bad", null, true), Some.Engineer);
        rollout.SleepTo(rollout.Now + TimeSpan.FromHours(5));
        var back = rollout.Now;
        rollout.AdvanceTo(back + TimeSpan.FromSeconds(30));
        Assert.Equal(Share.OfPercent(35), rollout.State.Percentage);
        rollout.AdvanceTo(back + (5 * Minute));
        Assert.Equal(3, Pieces(rollout).Length);
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
    }

    [Fact]
    public void Never_more_than_the_share_in_the_time_whatever_happens()
    {
        var doing = Gen.Frequency(
            (3, Gen.Int[1, 200].Select(s => (Action<Simulator>)(r => r.AdvanceTo(r.Now + TimeSpan.FromSeconds(s))))),
            (2, Gen.Int[1, 400].Select(s => (Action<Simulator>)(r => r.SleepTo(r.Now + TimeSpan.FromSeconds(s))))),
            (2, Gen.OneOfConst<RolloutCommand>(
                new StepBack(null, "s"), new StepBack("s75", "s"), new Rollback("r", null, true), new Resume(null), new Pause(null),
                new Rollback("r", ["eu"]),
                new Restore("r", ["eu"]), new Advance(null, true, "must")).Select(c => (Action<Simulator>)(r => r.Command(c, Some.Engineer)))));
        doing.Array[1, 40].Sample(
            doings =>
            {
                var rollout = AtStep("s75");
                foreach (var one in doings)
                {
                    one(rollout);
                }

                var returns = rollout.Events.Where(e => e.Event is PercentageLowered or RolledBack)
                    .Select(e => (e.At, Share: e.Event is PercentageLowered l ? l.From - l.To : ((RolledBack)e.Event).Percentage))
                    .Where(r => r.Share > 0).ToArray();
                Assert.All(returns, r => Assert.InRange(r.Share, 0, 20));
                Assert.All(returns.Zip(returns.Skip(1)), pair => Assert.True(pair.Second.At - pair.First.At >= Minute, $"{pair.First} and {pair.Second}"));

                var replayed = rollout.Events.Aggregate(RolloutState.Initial, RolloutEvolution.Evolve);
                Assert.Equal(NextWakes.NextWake(rollout.State, rollout.Now), NextWakes.NextWake(replayed, rollout.Now));
                Assert.Equal((rollout.State.Percentage, rollout.State.Ramp?.To), (replayed.Percentage, replayed.Ramp?.To));
            },
            iter: 200);
    }

    [Fact]
    public void A_trigger_ends_a_ramp_at_once()
    {
        var rollout = AtStep("s75");
        rollout.Command(new StepBack(null, "odd logs"), Some.Engineer);
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));
        rollout.Push([Some.Sample(rollout.Now, memory: 90e6)]);
        AllBack(rollout, "memory-leak", Share.OfPercent(25));
    }

    [Fact]
    public void A_plain_rollback_ends_a_ramp_at_once()
    {
        var rollout = AtStep("s75");
        rollout.Command(new Rollback("slowly", null, true), Some.Engineer);
        rollout.Command(new Rollback("no, now"), Some.Engineer);
        AllBack(rollout, null, Share.OfPercent(75));
    }

    [Fact]
    public void What_a_trigger_undoes_and_segments_never_ramp()
    {
        var rollout = AtStep("s75");
        rollout.Push([Some.Sample(rollout.Now, memory: 90e6)]);
        Assert.Equal((75m, RolloutStatus.RolledBack), (Assert.Single(rollout.Of<RolledBack>()).Percentage, rollout.State.Status));

        rollout = AtStep("s75");
        rollout.Command(new Rollback("bad", ["eu"]), Some.Engineer);
        Assert.Equal(["eu"], rollout.State.TakenBack);
        Assert.Empty(rollout.Of<RampStarted>());
    }

    [Fact]
    public void A_trigger_that_steps_back_ramps_like_people_do()
    {
        var rollout = AtStep("s75");
        rollout.AdvanceTo(rollout.Now + Minute);
        rollout.Drive(2 * Minute, at => Some.Sample(at, latency: 300));
        Assert.Equal(["slow"], rollout.Of<TriggerFired>().Select(f => f.Trigger).Distinct());
        Assert.Equal(("s25", Share.OfPercent(35)), (rollout.State.Step!.Name, rollout.State.Percentage));
    }

    [Fact]
    public void A_step_back_in_a_ramp_goes_further_by_the_same_schedule()
    {
        var rollout = AtStep("s75");
        var start = rollout.Now;
        rollout.Command(new StepBack("s75", "odd"), Some.Engineer);
        rollout.AdvanceTo(start + TimeSpan.FromSeconds(30));
        rollout.Command(new StepBack("s25", "still odd"), Some.Engineer);
        Assert.Equal(("s10", Share.OfPercent(55)), (rollout.State.Step!.Name, rollout.State.Percentage));
        rollout.AdvanceTo(start + (9 * Minute));
        Assert.Equal([75m, 55m, 35m, 15m, 10m], [75m, .. Pieces(rollout).Select(p => p.To)]);
        Assert.Equal(start + (3 * Minute), Pieces(rollout)[^1].At);
    }

    [Fact]
    public void What_cannot_be_ramped_is_refused_with_its_reason()
    {
        Assert.Equal("rollout.no_capacity", Code(AtStep("s75", Declared("")).Command(new Rollback("bad", null, true), Some.Engineer)));
        var rollout = AtStep("s75");
        Assert.Equal("rollout.ramp_segments", Code(rollout.Command(new Rollback("bad", ["eu"], true), Some.Engineer)));
        rollout.Command(new Rollback("bad", null, true), Some.Engineer);
        Assert.Empty(((Decision<RolloutEvent>.Accepted)rollout.Command(new Rollback("bad", null, true), Some.Engineer)).Events);
        Assert.Equal("rollout.ramping", Code(rollout.Command(new StepBack("s75", "odd"), Some.Engineer)));
        rollout.Command(new Rollback("bad", ["eu"]), Some.Engineer);
        Assert.Equal("rollout.ramping", Code(rollout.Command(new Restore("ok", ["eu"]), Some.Engineer)));
    }

    [Fact]
    public void Without_a_capacity_everything_returns_at_once()
    {
        var rollout = AtStep("s75", Declared(""));
        rollout.Command(new StepBack(null, "odd"), Some.Engineer);
        Assert.Equal((75m, 25m), (Assert.Single(rollout.Of<PercentageLowered>()).From, rollout.Of<PercentageLowered>()[0].To));
        Assert.Empty(rollout.Of<RampStarted>());
    }

    private static Domain.Plans.Plan Declared(string legacy) => Some.Plan($$"""
        plan: ramped
        flag: f
        {{legacy}}
        segments:
          eu: { title: Europe, all: [ { attribute: region, equals: eu } ] }
          us: { title: States, all: [ { attribute: region, equals: us } ] }
        metrics:
          memory: { gauge: memory, unit: size }
          p95: { quantile: 0.95, of: response_time }
        triggers:
          - { name: memory-leak, when: memory > 80MB, action: rollback }
          - { name: slow, when: p95 > 200ms, for: 30s, action: step-back }
        phases:
          - name: p
            success: [ memory < 40MB over 5m ]
            steps:
              - { name: s10, percentage: 10%, segments: [eu], hold: 10m }
              - { name: s25, percentage: 25%, hold: 10m }
              - { name: s75, percentage: 75%, segments: [us], hold: 1d }
        """);

    private static Simulator AtStep(string step, Domain.Plans.Plan? plan = null) => Some.Started(plan ?? Plan).DriveTo(step);

    private static void AllBack(Simulator rollout, string? trigger, Share home)
    {
        Assert.Equal(trigger, Assert.Single(rollout.Of<RolledBack>()).Trigger);
        Assert.Single(Pieces(rollout));
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromHours(1));
        Assert.Equal((RolloutStatus.RolledBack, RouteMode.Off), (rollout.State.Status, RolloutRoutes.Of(rollout.State).Mode));
        Assert.Single(Pieces(rollout));
        rollout.Command(new Restore("fine"), Some.Engineer);
        Assert.Equal(home, rollout.State.Percentage);
    }

    private static (DateTimeOffset At, decimal From, decimal To)[] Pieces(Simulator rollout) =>
        [.. rollout.Events.Where(e => e.Event is PercentageLowered)
            .Select(e => (e.At, ((PercentageLowered)e.Event).From, ((PercentageLowered)e.Event).To))];

    private static string Code(Decision<RolloutEvent> decision) => Assert.IsType<Decision<RolloutEvent>.Refused>(decision).Code;
}
