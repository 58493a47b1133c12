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
/// <remarks>
/// The SDK of OpenTelemetry keeps every set of labels of an instrument as long as the instrument lives, and takes no new one past its
/// limit. Every step of every rollout is a new set: after enough of them the instruments are replaced by new ones.
/// </remarks>
public sealed class RolloutGauges(IWorld world, NewestRounds rounds, OrchestratorClock clock) : IHostedService, IDisposable
{
    /// <summary>Names of the instruments with series for each rollout, as a view of the SDK selects them.</summary>
    public static readonly IReadOnlyList<string> Instruments = ["orchestrator.rollout.*", "orchestrator.incidents.open"];

    /// <summary>Sets of labels that the SDK has to keep for each instrument: those of some past readings, and of the next.</summary>
    public const int MostSets = RenewAbove + MostTriggers + 500;

    /// <summary>Sets of labels, of all instruments together, past which they are replaced: more than one reading has.</summary>
    private const int RenewAbove = 5_000;

    /// <summary>Most rollouts with series of their own: those that changed last. The others are counted.</summary>
    public const int MostRollouts = 200;

    /// <summary>Most series of triggers in all: a trigger for each segment makes one for each.</summary>
    public const int MostTriggers = 2_000;

    private static readonly string[] Severities = ["critical", "major"];
    private readonly Lock _counting = new();

    /// <summary>Never taken in a reading: the SDK may hold a lock of its own there, which it needs to drop an instrument.</summary>
    private readonly Lock _opening = new();

    /// <summary>Sets of labels since the instruments were made. Bound: <see cref="RenewAbove"/> and one reading.</summary>
    private HashSet<string> _sets = new(StringComparer.Ordinal);
    private Meter? _meter;
    private bool _ended;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Open();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_opening)
        {
            _ended = true;
            _meter?.Dispose();
        }
    }

    /// <summary>A completed rollout serves until it is retired.</summary>
    private static bool NotEnded(RolloutState state) => state.Unfinished || state.Status == RolloutStatus.Completed;

    private static Measurement<double> Of(double value, RolloutState state, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var tags = new List<KeyValuePair<string, object?>> { new("rollout", state.Id), new("environment", state.Environment) };
        foreach (var (name, text) in more)
        {
            tags.Add(new(name, text));
        }

        return new Measurement<double>(value, tags);
    }

    /// <summary>Replaces the instruments by new ones: the SDK drops what it kept for the old ones.</summary>
    private void Open()
    {
        lock (_opening)
        {
            if (_ended)
            {
                return;
            }

            _meter?.Dispose();
            lock (_counting)
            {
                _sets = new HashSet<string>(StringComparer.Ordinal);
            }

            Create(_meter = new Meter("Orchestrator"));
        }
    }

    private void Create(Meter meter)
    {
        void Gauge(string name, Func<IEnumerable<Measurement<double>>> read, string description) =>
            meter.CreateObservableGauge(name, () => Noted(name, read()), description: description);

        Gauge(
            "orchestrator.rollout.percentage", () => Shown().Select(state => Of(state.Serving ? (double)state.Percentage.Percent : 0, state, ("flag", state.Plan.Flag))),
            "Share of users on new, from 0 to 100");
        Gauge(
            "orchestrator.rollout.status", () => Shown().Select(state => Of(1, state, ("status", JsonNamingPolicy.CamelCase.ConvertName(state.Status.ToString())),
                ("phase", state.Phase?.Name ?? ""), ("step", state.Step?.Name ?? ""))),
            "1 for the status, phase and step of each rollout that has not ended");
        Gauge(
            "orchestrator.rollout.waiting", () => Shown().SelectMany(state => Gates.Shut(state, clock.GetUtcNow()).Select(gate => Of(1, state, ("gate", gate)))),
            "1 for each gate that keeps the step from ending");
        Gauge(
            "orchestrator.incidents.open", () => Shown().SelectMany(state => Severities.Select(severity => Of(
                state.Incidents.Count(incident => incident.Ended is null && incident.Severity == severity), state, ("severity", severity)))),
            "Incidents of each rollout that have not ended");
        Gauge(
            "orchestrator.rollout.trigger.distance", Distances,
            "How far each trigger of a rollout watched here is from holding: 1 is as far as can be, 0 holds or has fired");
        meter.CreateObservableGauge(
            "orchestrator.rollouts.without.series", () => Math.Max(0, world.Current.Rollouts.Values.Count(entry => NotEnded(entry.State)) - MostRollouts),
            description: "Rollouts that have not ended and have no series of their own, because too many do");
    }

    /// <summary>Counts the sets of labels. The instruments are replaced later: a reading goes through them now.</summary>
    private List<Measurement<double>> Noted(string instrument, IEnumerable<Measurement<double>> measured)
    {
        List<Measurement<double>> all = [.. measured];
        lock (_counting)
        {
            var full = _sets.Count > RenewAbove;
            foreach (var one in full ? [] : all)
            {
                _sets.Add($"{instrument}\n{Labels(one)}");
            }

            if (!full && _sets.Count > RenewAbove)
            {
                ThreadPool.QueueUserWorkItem(_ => Open());
            }
        }

        return all;
    }

    private static string Labels(Measurement<double> one) => string.Join('\n', one.Tags.ToArray().Select(tag => tag.Value));

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
}
