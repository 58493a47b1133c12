using System.Collections.Immutable;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;
using Orchestrator.PlanFiles;
using Orchestrator.Silo.Tests.Ofrep;

namespace Orchestrator.Silo.Tests.Ops;

/// <summary>Gauges of a process that has seen more series than the SDK of OpenTelemetry keeps for an instrument.</summary>
[Collection(nameof(Alone))]
public sealed class RolloutGaugesTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 30, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Rollout_after_thousands_of_others_has_series()
    {
        var (known, exported) = (new Known(), new Newest());
        using var gauges = new RolloutGauges(known, new NewestRounds(), new OrchestratorClock(TimeProvider.System, ClockAnchor.WallClock));
        var building = OpenTelemetry.Sdk.CreateMeterProviderBuilder().AddMeter("Orchestrator").AddReader(new BaseExportingMetricReader(exported));
        foreach (var instrument in RolloutGauges.Instruments)
        {
            building.AddView(instrument, new MetricStreamConfiguration { CardinalityLimit = RolloutGauges.MostSets });
        }

        using var provider = building.Build();
        await gauges.StartAsync(TestContext.Current.CancellationToken);
        var started = Started();
        for (var round = 0; round * RolloutGauges.MostRollouts < 2 * RolloutGauges.MostSets; round++)
        {
            known.Current = World.Empty with
            {
                Rollouts = Enumerable.Range(0, RolloutGauges.MostRollouts).Select(i => $"r{round}-{i}")
                    .ToImmutableDictionary(id => id, id => new Entry<RolloutState>(2, started with { Id = id })),
            };
            var last = $"r{round}-{RolloutGauges.MostRollouts - 1}";

            // The instruments are replaced beside the reading: the next ones have the series.
            await Eventually.Until($"{last} has a status", () => provider.ForceFlush() && exported.Rollouts.Contains(last));
            Assert.Equal(RolloutGauges.MostRollouts, exported.Rollouts.Count);
        }
    }

    private static RolloutState Started()
    {
        var state = RolloutState.Initial;
        var create = new RolloutCommand.Create("r", PlanText.Read(Plans.Checkout).Plan!, 1, "production", "salt");
        foreach (var command in (RolloutCommand[])[create, new RolloutCommand.Start()])
        {
            var decision = Assert.IsType<Decision<RolloutEvent>.Accepted>(RolloutDecider.Decide(state, command, Actor.User("k", "admin"), At));
            state = decision.Events.Aggregate(
                state,
                (before, happened) => RolloutEvolution.Evolve(
                    before, new Happened<RolloutEvent>(before.Version + 1, At, Actor.User("k", "admin"), happened)));
        }

        return state;
    }

    private sealed class Known : IWorld
    {
        public World Current { get; set; } = World.Empty;

        public bool CaughtUp => true;

        public Task<bool> WaitFor(long position, TimeSpan limit, CancellationToken stop = default) => Task.FromResult(true);
    }

    /// <summary>Keeps the ids of rollouts of the newest reading.</summary>
    private sealed class Newest : BaseExporter<Metric>
    {
        public HashSet<string> Rollouts { get; } = new(StringComparer.Ordinal);

        public override ExportResult Export(in Batch<Metric> batch)
        {
            Rollouts.Clear();
            foreach (var metric in batch)
            {
                if (metric.Name != "orchestrator.rollout.status")
                {
                    continue;
                }

                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    foreach (var tag in point.Tags)
                    {
                        if (tag is { Key: "rollout", Value: string id })
                        {
                            Rollouts.Add(id);
                        }
                    }
                }
            }

            return ExportResult.Success;
        }
    }
}
