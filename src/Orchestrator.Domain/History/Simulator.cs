using Orchestrator.Domain.Events;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.History;

/// <summary>
/// Runs a rollout without a clock, a grain or a store: the same decider and the same windows over given signals. The same signals
/// give the same events as the live product, because the same code decides.
/// </summary>
public sealed class Simulator
{
    private MetricWindows _windows;
    private readonly List<Happened<RolloutEvent>> _events = [];
    private DateTimeOffset? _observedAt;
    private WatchTime _watch;
    private (long Entry, Observation Observation)? _newest;

    /// <summary>A rollout created at <paramref name="at"/>, not yet started.</summary>
    public Simulator(RolloutCommand.Create create, DateTimeOffset at)
    {
        Now = at;
        Run(create, Actor.System);
        _windows = new MetricWindows(State.Plan with { Judgement = State.Judgement });
    }

    /// <summary>The rollout as given: with a plan that was made from another, say, which has no document.</summary>
    internal Simulator(RolloutState created, DateTimeOffset at)
    {
        (Now, State) = (at, created);
        _windows = new MetricWindows(State.Plan with { Judgement = State.Judgement });
    }

    /// <summary>Simulated time.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>Reason for which the line of the environment is stopped; null while it runs.</summary>
    public string? LineStopped { get; set; }

    /// <summary>Id of the key or person that stopped it; null when no person did.</summary>
    public string? LineStoppedBy { get; set; }

    /// <summary>The state after everything so far.</summary>
    public RolloutState State { get; private set; } = RolloutState.Initial;

    /// <summary>The newest observation of the current step; null for none.</summary>
    public Observation? Newest => _newest is { } newest && newest.Entry == State.Entry ? newest.Observation : null;

    /// <summary>Everything that happened, in order.</summary>
    public IReadOnlyList<Happened<RolloutEvent>> Events => _events;

    /// <summary>Runs a command now; what time and samples then bring follows at once.</summary>
    public Decision<RolloutEvent> Command(RolloutCommand command, Actor actor)
    {
        if (command is RolloutCommand.Advance advance)
        {
            // As in the live product: advancing rests on what is true now.
            Round();
            command = advance with { Seen = Newest };
        }

        var plan = State.Plan;
        var decision = Run(command, actor);
        if (State.Plan != plan)
        {
            _windows = _windows.Under(State.Plan with { Judgement = State.Judgement });
        }

        Round();
        return decision;
    }

    /// <summary>Samples arrive now.</summary>
    public Intake Push(IEnumerable<Sample> samples)
    {
        var intake = _windows.Add(samples, Now);
        Round();
        return intake;
    }

    /// <summary>Measurements of (<paramref name="after"/>, <paramref name="at"/>] arrive at their end, with rounds until then.</summary>
    internal void Feed(SignalBlock block, long after, DateTimeOffset at)
    {
        AdvanceTo(at - TimeSpan.FromTicks(1));
        Now = at;
        _windows.Replay(block, after, UnixMillis.Of(at));
        Round();
    }

    /// <summary>Moves time to <paramref name="until"/>, with a round whenever the live product would hold one.</summary>
    public void AdvanceTo(DateTimeOffset until)
    {
        while (State.Watched)
        {
            var pulse = Now + State.Judgement.Sampling;
            var next = NextWakes.NextWake(State, Now) is { } wake && wake > Now && wake < pulse ? wake : pulse;
            if (next > until)
            {
                break;
            }

            Now = next;
            Round();
        }

        Now = until;
    }

    /// <summary>Answers of the windows now, to other queries than those of the rollout.</summary>
    internal Observation Ask(RoundQuery round) => _windows.Observe(round, Now - TimeSpan.FromMilliseconds(1), Now, int.MaxValue)[^1];

    /// <summary>Moves time to <paramref name="until"/> without rounds: the process is down, or suspended.</summary>
    public void SleepTo(DateTimeOffset until) => Now = until;

    private void Round()
    {
        while (State.Watched)
        {
            var (entry, version) = (State.Entry, State.Version);
            _watch = _watch.At(Now, State.Judgement.MaxGap);
            var oldest = Now - State.Judgement.MaxGap;
            var after = _observedAt ?? (State.LastAt > oldest ? State.LastAt : oldest);
            foreach (var observation in _windows.Observe(RoundQueries.For(State)!, after, Now, int.MaxValue))
            {
                Run(new RolloutCommand.Observe(entry, observation with { WatchedSince = _watch.Since }, LineStopped, LineStoppedBy),
                    Actor.Timer);
                _newest = (entry, observation);
                _observedAt = observation.FromSample ? observation.At : _observedAt;
                if (State.Version != version)
                {
                    break;
                }
            }

            if (State.Version == version)
            {
                return;
            }
        }
    }

    private Decision<RolloutEvent> Run(RolloutCommand command, Actor actor)
    {
        var decision = RolloutDecider.Decide(State, command, actor, Now);
        foreach (var happened in decision is Decision<RolloutEvent>.Accepted accepted ? accepted.Events : [])
        {
            var recorded = new Happened<RolloutEvent>(State.Version + 1, Now, actor, happened);
            State = RolloutEvolution.Evolve(State, recorded);
            _events.Add(recorded);
        }

        return decision;
    }
}
