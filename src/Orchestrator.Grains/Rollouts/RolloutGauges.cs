using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts;

/// <summary>
/// Gauges of rollouts: the state of all that have not ended, as this node knows it, and the distance of triggers of those it evaluates. A
/// rollout that has ended has no series any more, and the number of all series is bounded.
/// </summary>
internal sealed class RolloutGauges(IWorld world, NewestRounds rounds, OrchestratorClock clock) : IHostedService, IDisposable
{
    /// <summary>Most rollouts with series of their own: those that changed last. The others are counted.</summary>
    public const int MostRollouts = 200;

    /// <summary>Most series of triggers in all: a trigger for each segment makes one for each.</summary>
    public const int MostTriggers = 2_000;

    private static readonly string[] Severities = ["critical", "major"];
    private readonly Meter _meter = new("Orchestrator");

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _meter.CreateObservableGauge(
            "orchestrator.rollout.percentage", () => Shown().Select(state => Of(state.Serving ? (double)state.Percentage.Percent : 0, state, ("flag", state.Plan.Flag))),
            description: "Share of users on new, from 0 to 100");
        _meter.CreateObservableGauge(
            "orchestrator.rollout.status", () => Shown().Select(state => Of(1, state, ("status", JsonNamingPolicy.CamelCase.ConvertName(state.Status.ToString())),
                ("phase", state.Phase?.Name ?? ""), ("step", state.Step?.Name ?? ""))),
            description: "1 for the status, phase and step of each rollout that has not ended");
        _meter.CreateObservableGauge(
            "orchestrator.rollout.waiting", () => Shown().SelectMany(state => Gates.Shut(state, clock.GetUtcNow()).Select(gate => Of(1, state, ("gate", gate)))),
            description: "1 for each gate that keeps the step from ending");
        _meter.CreateObservableGauge(
            "orchestrator.incidents.open", () => Shown().SelectMany(state => Severities.Select(severity => Of(
                state.Incidents.Count(incident => incident.Ended is null && incident.Severity == severity), state, ("severity", severity)))),
            description: "Incidents of each rollout that have not ended");
        _meter.CreateObservableGauge(
            "orchestrator.rollout.trigger.distance", Distances,
            description: "How far each trigger of a rollout watched here is from holding: 1 is as far as can be, 0 holds or has fired");
        _meter.CreateObservableGauge(
            "orchestrator.rollouts.without.series", () => Math.Max(0, world.Current.Rollouts.Values.Count(entry => NotEnded(entry.State)) - MostRollouts),
            description: "Rollouts that have not ended and have no series of their own, because too many do");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _meter.Dispose();

    /// <summary>A completed rollout serves until it is retired.</summary>
    private static bool NotEnded(RolloutState state) => state.Unfinished || state.Status == RolloutStatus.Completed;

    private IEnumerable<RolloutState> Shown() => world.Current.Rollouts.Values.Select(entry => entry.State).Where(NotEnded)
        .OrderByDescending(state => state.LastAt).ThenBy(state => state.Id, StringComparer.Ordinal).Take(MostRollouts);

    private IEnumerable<Measurement<double>> Distances() =>
        rounds.All.Where(IsCurrent).OrderByDescending(one => one.State.LastAt).Take(MostRollouts)
        .SelectMany(one => TriggerDistance.Of(one.State, one.Seen).Where(trigger => trigger.Distance is not null)
            .Select(trigger => Of(trigger.Distance!.Value, one.State, ("trigger", trigger.Trigger))))
        .Take(MostTriggers);

    /// <summary>
    /// A rollback may have been written without the grain, which sees it in its next round, so this node's view of the log decides.
    /// </summary>
    private bool IsCurrent((RolloutState State, Domain.Metrics.Observation Seen) one) =>
        world.Current.Rollouts.GetValueOrDefault(one.State.Id)?.State is { Watched: true } known && known.Entry == one.State.Entry;

    private static Measurement<double> Of(double value, RolloutState state, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var tags = new List<KeyValuePair<string, object?>> { new("rollout", state.Id), new("environment", state.Environment) };
        foreach (var (name, text) in more)
        {
            tags.Add(new(name, text));
        }

        return new Measurement<double>(value, tags);
    }
}
