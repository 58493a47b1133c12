using Orchestrator.Domain.Backtests;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Scenarios;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Backtests;

public sealed class DetectionTimeTests
{
    /// <summary>Random traffic, limits and rises: the arithmetic and the live rules, in the simulator, agree to three samples.</summary>
    [Fact]
    public void Arithmetic_agrees_with_a_rollout_in_the_simulator()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var seen = 0;
        for (var turn = 0; turn < 25; turn++)
        {
            var (perSecond, limit) = (5 + (random.NextDouble() * 200), 0.002 + (random.NextDouble() * 0.02));
            var (rise, held) = (limit * (1.6 + (2 * random.NextDouble())), TimeSpan.FromMinutes(random.Next(4)));
            var text = FormattableString.Invariant($$"""
                plan: shop
                flag: newShop
                metrics: { error_rate: { ratio: errors / requests } }
                judgement: { sampling: 15s, window: 2m }
                triggers: [ { name: errors, when: error_rate > {{limit:0.######}}, for: {{held.TotalMinutes + 1}}m, action: rollback } ]
                phases: [ { name: all, steps: [ { name: half, percentage: 50%, hold: 1d } ] } ]
                """);
            var plan = Rollouts.Some.Plan(text);
            var metric = plan.Metric("error_rate")!;
            var begin = TimeSpan.FromMinutes(10);
            var level = new SignalLevel(0.0001) { Changes = [new LevelChange(new Anchor(null, begin), rise, TimeSpan.Zero, null)] };
            var run = ScenarioRunner.Of(plan, new Scenario
            {
                Name = "rise",
                Length = TimeSpan.FromMinutes(40),
                Traffic = new SignalLevel(perSecond),
                Signals = new VariantSignals([new MetricLevel(metric, level)], [], []),
            })!;
            var back = run.Events.FirstOrDefault(one => one.Event is RolledBack);
            var limits = Math.Round(limit, 6);
            var expected = new DetectionTime(
                TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(2), held + TimeSpan.FromMinutes(1), plan.Judgement.MinTraffic, limits)
                .After(perSecond / 2, 0.0001, rise);
            var about = $"seed {seed}, turn {turn}: {perSecond:0.##}/s, {limits} to {rise:0.#####}, for {held}: expected {expected}, was {(back is null ? null : back.At - run.Scenario.Start - TimeSpan.FromMinutes(10))}";
            if (back is null || expected is null)
            {
                // Where a few events decide, each takes its own way to the limit.
                Assert.True(expected is null || perSecond * 60 * rise < 12, about);
                continue;
            }

            seen++;
            var off = (expected.Value - (back.At - run.Scenario.Start - begin)).Duration();
            Assert.True(off <= TimeSpan.FromSeconds(45) || perSecond * 60 * rise < 12, about);
        }

        Assert.True(seen > 5, $"seed {seed}: {seen} of 25 were seen");
    }

    [Fact]
    public void More_traffic_never_hides_what_less_traffic_shows_by_far()
    {
        var detection = new DetectionTime(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), 100, 0.005);
        Assert.Null(detection.After(1, 0.0005, 0.05));
        Assert.Equal(TimeSpan.FromSeconds(315), detection.After(100, 0.0005, 0.05));
        Assert.Equal(TimeSpan.FromSeconds(315), detection.After(1000, 0.0005, 0.05));
        Assert.Null(detection.After(1000, 0.0005, 0.0049));
    }
}
