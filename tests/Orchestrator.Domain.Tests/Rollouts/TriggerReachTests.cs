using CsCheck;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Statistics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>The way of a trigger to its threshold and to its firing.</summary>
public sealed class TriggerReachTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly RolloutState Started = Of("[ { name: spike, when: error_rate > 0.5%, action: rollback } ]").State;

    private static readonly string[] Leaves =
    [
        "error_rate > 0.5%", "error_rate >= 2%", "error_rate between 0.2% and 0.5%", "error_rate > 2x baseline", "error_rate == 0%", "memory < 10MB", "memory <= 20MB",
        "memory between 20MB and 40MB", "p95 > 100ms", "complaints == 3", "complaints != 0", "absent(requests)", "alert(Down)", "incidents >= 1",
    ];

    private static readonly Gen<double?> Value = Gen.OneOfConst<double?>(
        null, 0, -1, 0.002, 0.004999999, 0.005, 0.00500001, 0.02, 0.5, 1, 3, 100, 101, 1e7, 1.9999e7, 2e7, 4e7, 5e7, 1e300);

    private static readonly Gen<MetricReading> Reading = Gen.Select(
        Value, Gen.OneOfConst(0L, 50L, 100_000L), Gen.OneOfConst<double?>(null, 0, 0.0025, 50), Gen.Int[-1, 90], Gen.Bool,
        (value, samples, baseline, age, quiet) => new MetricReading(
            "", new Measurement(value, samples, 0, Minute, Minute, age < 0 ? null : Some.Start - TimeSpan.FromSeconds(age)), baseline)
        { Quiet = quiet });

    [Fact]
    public void Fraction_is_1_when_the_condition_is_true_and_absent_when_undecided() =>
        Gen.Select(
            Condition(3), Reading.Null().Array[16], Gen.OneOfConst<DateTimeOffset?>(null, Some.Start, Some.Start - 5 * Minute),
            Gen.OneOfConst<DateTimeOffset?>(null, Some.Start - 10 * Minute))
        .Sample(
            (text, readings, last, watched) =>
            {
                Assert.True(ConditionParser.TryParse(text, out var rule, out _), text);
                var question = RoundQueries.Trigger("t");
                MetricReading[] answers =
                [
                    .. RulePart.Of(rule, question).Select(part => part.Question).Zip(readings)
                        .Where(one => one.Second is not null).Select(one => one.Second! with { Question = one.First }),
                ];
                var seen = new Observation(Some.Start, answers, last, true) { WatchedSince = watched };
                var holds = Verdicts.Trigger(Started, rule, question, seen).Holds;
                var fraction = Reach(Started, rule, seen).Fraction;
                Assert.Equal((holds == true, holds is null), (fraction >= 1, fraction is null));
                Assert.True(fraction is null or 1 or (>= 0 and <= TriggerReach.BelowThreshold), $"{text}: {fraction}");
            },
            iter: 20_000);

    [Fact]
    public void Fraction_of_a_test_against_legacy_is_1_exactly_when_it_shows_the_difference() =>
        Gen.Select(Gen.OneOfConst(">", "<"), Gen.Double[-1, 1], Gen.Double[0, 1], Gen.Double[0, 1]).Sample(
            (sign, effect, below, above) =>
            {
                Assert.True(ConditionParser.TryParse($"error_rate {sign} baseline", out var rule, out _));
                rule = rule with { Alpha = 0.05 };
                var compared = new SequentialResult(effect, effect - below, effect + above, 0.1, 1000);
                var reading = new MetricReading(
                    RoundQueries.Trigger("t"), new Measurement(0.1, 1000, 100, Minute, Minute, Some.Start), 0.1, Compared: compared);
                var seen = new Observation(Some.Start, [reading], Some.Start, true);
                var holds = Verdicts.Trigger(Started, rule, RoundQueries.Trigger("t"), seen).Holds;
                Assert.Equal(holds == true, Reach(Started, rule, seen).Fraction >= 1);
            },
            iter: 2_000);

    [Theory]
    [InlineData("error_rate > 0.5%", 0.004, 0.8, "error_rate is 0.4%, the limit is 0.5%")]
    [InlineData("error_rate > 0.5%", 0.005, 0.9999, "error_rate is 0.5%, the limit is 0.5%")]
    [InlineData("error_rate > 0.5%", 0.0069, 1.0, "error_rate is 0.69%, the limit is 0.5%")]
    [InlineData("error_rate between 20% and 40%", 0.1, 0.5, "error_rate is 10%, the limit is 20% to 40%")]
    public void Way_has_its_numbers(string text, double value, double fraction, string numbers)
    {
        var reach = Measured(text, value);
        Assert.Equal(fraction, reach.Fraction!.Value, 6);
        Assert.Equal((numbers, value), (reach.Nearest!.Text, reach.Nearest.Observed));
    }

    [Fact]
    public void An_or_is_as_near_as_its_nearest_and_an_and_as_its_farthest_condition()
    {
        Assert.Equal(("error_rate > 0.5%", 0.8), Nearest("error_rate > 0.5% or error_rate > 1%", 0.004));
        Assert.Equal(("error_rate > 1%", 0.4), Nearest("error_rate > 0.5% and error_rate > 1%", 0.004));
        Assert.Equal(("error_rate > 1%", 0.6), Nearest("error_rate > 0.5% and error_rate > 1%", 0.006));

        (string, double) Nearest(string text, double value) => Measured(text, value) is var reach
            ? (reach.Nearest!.Condition, Math.Round(reach.Fraction!.Value, 4))
            : default;
    }

    [Fact]
    public void Without_a_measurement_there_is_no_fraction_and_never_a_zero()
    {
        Assert.True(ConditionParser.TryParse("error_rate > 0.5%", out var rule, out _));
        var reach = Reach(Started, rule, new Observation(Some.Start, [], null, true));
        Assert.Equal((null, null, "not measured"), (reach.Fraction, reach.Nearest!.Observed, reach.Nearest.Text[14..26]));
        Assert.Equal("No evidence: error_rate is not measured, the limit is 0.5%.", reach.Text);
        Assert.Null(TriggerReach.Of(Started, null, Some.Start).First().Fraction);
    }

    [Fact]
    public void A_running_for_says_when_it_fires_and_then_it_does()
    {
        var rollout = Of("[ { name: spike, when: error_rate > 0.5%, for: 5m, action: rollback } ]");
        rollout.DriveWell(5 * Minute).Drive(4 * Minute, at => Some.Sample(at, errors: 20));
        var reach = TriggerReach.Of(rollout.State, null, rollout.Now).Single();
        var pending = reach.Pending!;
        var fires = pending.Since + 5 * Minute;
        Assert.Equal((5 * Minute, rollout.Now - pending.Since, fires), (pending.For, pending.Held, pending.FiresAt!.Value));
        Assert.StartsWith($"Fires in {Domain.Quantities.Durations.Rounded(fires - rollout.Now)} unless it clears, and then rolls back everyone: error_rate is ", reach.Text, StringComparison.Ordinal);
        Assert.Equal("rolls back everyone", reach.Effect);

        var good = new MetricReading(RoundQueries.Trigger("spike"), new Measurement(0.001, 4000, 4, Minute, Minute, rollout.Now), null);
        var well = new Observation(rollout.Now, [good], rollout.Now, true);
        Assert.Null(TriggerReach.Of(rollout.State, well, rollout.Now).Single().Pending!.FiresAt);

        rollout.Drive(fires - rollout.Now, at => Some.Sample(at, errors: 20));
        Assert.Equal(pending.FiresAt, rollout.Events.Last(one => one.Event is RolledBack).At);
        Assert.Null(TriggerReach.Of(rollout.State, null, rollout.Now).Single().Pending);
    }

    [Fact]
    public void A_cool_down_holds_the_next_firing_off()
    {
        var rollout = Of("[ { name: ping, when: error_rate > 0.5%, for: 1m, action: notify, coolDown: 30m } ]");
        rollout.DriveWell(5 * Minute).Drive(5 * Minute, at => Some.Sample(at, errors: 20));
        rollout.DriveWell(5 * Minute).Drive(5 * Minute, at => Some.Sample(at, errors: 20));
        var fired = Assert.Single(rollout.Events, one => one.Event is TriggerFired).At;
        var reach = TriggerReach.Of(rollout.State, null, rollout.Now).Single();
        Assert.Equal((fired + 30 * Minute, fired + 30 * Minute), (reach.CoolsUntil, reach.Pending!.FiresAt));
        rollout.Drive(fired + 30 * Minute - rollout.Now, at => Some.Sample(at, errors: 20));
        Assert.Equal(fired + 30 * Minute, rollout.Events.Last(one => one.Event is TriggerFired).At);
    }

    [Theory]
    [InlineData("action: step-back", "rolls back everyone")]
    [InlineData("action: review", "opens a review of engineering, product, which holds the step")]
    [InlineData("action: notify", "notifies")]
    [InlineData("action: rollback-segment, segments: [eu]", "rolls back eu")]
    public void Action_is_said_in_words(string action, string words) =>
        Assert.Equal(words, TriggerReach.Of(Of($"[ {{ name: t, when: error_rate > 0.5%, {action} }} ]").State, null, Some.Start).Single().Effect);

    private static TriggerReach Measured(string text, double value)
    {
        Assert.True(ConditionParser.TryParse(text, out var rule, out _));
        var question = RoundQueries.Trigger("t");
        var measured = new Measurement(value, 1000, (long)(value * 1000), Minute, Minute, Some.Start);
        return Reach(Started, rule, new Observation(
            Some.Start, [.. RulePart.Of(rule, question).Select(part => new MetricReading(part.Question, measured, null))], Some.Start,
            true));
    }

    private static TriggerReach Reach(RolloutState state, Rule rule, Observation seen) =>
        TriggerReach.Of(state, new Trigger("t", rule, TriggerAction.Rollback, "critical", []), seen, seen.At);

    private static Gen<string> Condition(int depth) => depth == 0
        ? Gen.OneOfConst(Leaves)
        : Gen.Frequency(
            (1, Gen.OneOfConst(Leaves)),
            (2, Gen.Select(
                Gen.OneOfConst(" and ", " or "), Condition(depth - 1).Array[2],
                (joint, parts) => string.Join(joint, parts.Select(part => $"({part})")))));

    private static Simulator Of(string triggers) => Some.Started(Some.Plan($$"""
        plan: small
        flag: f
        segments: { eu: { title: Europe, all: [ { attribute: region, equals: eu } ] } }
        metrics:
          error_rate: { ratio: errors / requests, baseline: legacy }
          memory: { gauge: memory, unit: size }
          p95: { quantile: 0.95, of: response_time }
          complaints: { count: complaints }
        triggers: {{triggers}}
        phases: [ { name: p, steps: [ { name: one, percentage: 10%, hold: 10h }, { name: two, percentage: 100%, hold: 1h } ] } ]
        """));
}
