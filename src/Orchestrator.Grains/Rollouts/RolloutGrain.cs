using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.People;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Environments;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Metrics;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts;

/// <summary>Load, decide, append, evolve, arm. The domain decides; the metric windows measure.</summary>
public sealed partial class RolloutGrain(
    IEventLog log, OrchestratorClock clock, RolloutGuards guards, NewestRounds rounds, ILogger<RolloutGrain> logger)
    : AggregateGrain<RolloutState, RolloutEvent>(log, clock, logger), IRolloutGrain
{
    /// <summary>Real time until a failed read of a stream is retried.</summary>
    private static readonly TimeSpan Reload = TimeSpan.FromSeconds(1);

    private IGrainTimer? _timer;
    private DateTimeOffset? _observedAt;
    private WatchTime _watch;
    private (long Entry, string Plan, Observation Observation)? _newest;

    protected override string Stream => RolloutEvents.Stream(this.GetPrimaryKeyString());

    protected override EventCatalog<RolloutEvent> Catalog => RolloutEvents.Catalog;

    public async Task<CommandResult> Execute(RolloutCommand command, Envelope envelope)
    {
        if (command is RolloutCommand.Advance or RolloutCommand.DecideReview)
        {
            // An advance rests on evidence of now, not on the last round before a restart.
            await Round();
        }

        await CatchUp();
        command = command switch
        {
            RolloutCommand.Start start when await Line() is { } line => start with { LineStopped = line.Reason, LineStoppedBy = line.By },
            RolloutCommand.Restore restore when await Line() is { } line =>
                restore with { LineStopped = line.Reason, LineStoppedBy = line.By },
            RolloutCommand.Advance advance => advance with { Seen = await LastObservation() },
            RolloutCommand.Retire { Successor: null } retire => retire with { Static = await StaticValue() },
            _ => command,
        };
        if (await Take(command, envelope) is { } refused)
        {
            return refused;
        }

        var plan = IsLoaded ? State.PlanOrNone?.Hash : null;
        var result = await Run(envelope, (state, now) => RolloutDecider.Decide(state, command, envelope.Actor, now));
        if (plan is not null && IsLoaded && State.Plan.Hash != plan)
        {
            await Follow();
        }

        Arm();
        return result;
    }

    public async Task Evaluate()
    {
        try
        {
            await Round();
        }
        finally
        {
            // A failed round is retried here: the watchdog comes later.
            Arm();
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        rounds.Drop(this.GetPrimaryKeyString());
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    public Task<Observation?> LastObservation() =>
        Task.FromResult(
            IsLoaded && _newest is { } newest && newest.Entry == State.Entry && newest.Plan == State.Plan.Hash ? newest.Observation : null);

    /// <summary>The actor of a trigger's decision is the trigger, not the timer that started the round.</summary>
    protected override Actor Author(Envelope envelope, ImmutableArray<RolloutEvent> events) =>
        envelope.Actor.Kind == ActorKind.Timer && events.OfType<RolloutEvent.TriggerFired>().FirstOrDefault() is { } fired
            ? Actor.Trigger(fired.Trigger)
            : envelope.Actor;

    /// <summary>
    /// A decided rollback routes on this node at once, also when the log is unavailable; the decision is repeated until it is written.
    /// </summary>
    protected override void OnUnwritten(ImmutableArray<RolloutEvent> events)
    {
        var (doubts, rollout) = (ServiceProvider.GetService<IEarlyWithdrawals>(), this.GetPrimaryKeyString());
        foreach (var decided in events)
        {
            switch (decided)
            {
                case RolloutEvent.RolledBack:
                    doubts?.Withdraw(Stream, new Withdrawal(rollout, [], Version));
                    break;
                case RolloutEvent.SegmentRolledBack some:
                    // One for each segment: a second one before the log is available again must not count as the same.
                    foreach (var segment in some.Segments)
                    {
                        doubts?.Withdraw($"{Stream}/{segment}", new Withdrawal(rollout, [segment], Version));
                    }

                    break;
            }
        }
    }

    /// <summary>
    /// An amended plan is watched at once, with its own metrics. The amendment holds even if this fails: the next round uses the same plan.
    /// </summary>
    private async Task Follow()
    {
        try
        {
            await GrainFactory.GetGrain<IMetricsGrain>(this.GetPrimaryKeyString()).Follow();
            await Round();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogNotFollowed(this.GetPrimaryKeyString(), failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Applying the amended plan of rollout {Rollout} at once failed; the next round applies it")]
    private partial void LogNotFollowed(string rollout, Exception failure);

    /// <summary>
    /// Judges every sample time that was not judged yet, in order, so that a batch of samples gives what the same samples one by
    /// one would have given. When a judgement changes the step, the rest is queried again: other rules are in force.
    /// </summary>
    private async Task Round()
    {
        await CatchUp();
        if (IsQuarantined)
        {
            // This silo cannot watch it: its guard is not renewed, and the next call may reach a silo that knows its events.
            DeactivateOnIdle();
            return;
        }

        while (IsLoaded && State.Watched)
        {
            var entry = State.Entry;
            var moment = Clock.GetUtcNow();
            _watch = _watch.At(moment, State.Judgement.MaxGap);
            var after = _observedAt ?? Latest(State.LastAt, moment - State.Judgement.MaxGap);
            if (after > moment)
            {
                // The clock was ahead and is not any more: samples from now on have not been observed.
                _observedAt = after = moment;
            }

            var observations =
                await GrainFactory.GetGrain<IMetricsGrain>(this.GetPrimaryKeyString()).Observe(RoundQueries.For(State)!, after);
            var line = await Line();
            var stopped = line?.Reason ?? Clock.Doubt?.ToString();
            var version = Version;
            foreach (var observation in observations.Select(seen => seen with { WatchedSince = _watch.Since }))
            {
                var judged = await Run(Envelope.By(Actor.Timer), (state, now) =>
                    RolloutDecider.Decide(
                        state, new RolloutCommand.Observe(entry, observation, stopped, line?.By) { People = People(state) },
                        Actor.Timer, now));
                if (judged.Outcome == CommandOutcome.Unavailable)
                {
                    // A decision that was not written does not count as judged: the next round repeats it, and until then the guard is not
                    // renewed.
                    return;
                }

                _newest = (entry, State.PlanOrNone?.Hash ?? "", observation);
                _observedAt = observation.FromSample ? observation.At : _observedAt;
                if (Version != version)
                {
                    break;
                }
            }

            if (Version == version && observations.Length < IMetricsGrain.MostObservations)
            {
                break;
            }
        }

        if (IsLoaded && _newest is { } seen && seen.Entry == State.Entry)
        {
            rounds.Keep(State, seen.Observation);
        }

        guards.Renew(this.GetPrimaryKeyString());
    }

    /// <summary>This node's counts of the rollout's users, for the event of a rollback; null for none.</summary>
    private PeopleTally? People(RolloutState state) => state.PlanOrNone is null ? null
        : ServiceProvider.GetService<PeopleKeeper>()?.AtHand(state.Environment, state.Plan.Flag, state.Id);

    /// <summary>
    /// Takes in a rollback that a node wrote without this grain (<see cref="DirectRollback"/>): reports of its verification steps come by
    /// no user, so no read of the log precedes their refusal.
    /// </summary>
    private Task CatchUp()
    {
        Overtake(ServiceProvider.GetRequiredService<IWorld>().Current.VersionOf(this.GetPrimaryKeyString()));
        return EnsureLoaded();
    }

    /// <summary>Asked of the environment grain and not of this node's view, which may lag after a restart.</summary>
    private async Task<EnvironmentHalt?> Line() =>
        !IsLoaded || State.Environment.Length == 0 ? null : await GrainFactory.GetGrain<IEnvironmentGrain>(State.Environment).Line();

    /// <summary>
    /// Checked before users get new by this rollout: it must hold the flag, and its predecessor must be retired. Null when they may.
    /// </summary>
    private async Task<CommandResult?> Take(RolloutCommand command, Envelope envelope)
    {
        if (!IsLoaded || State.Environment.Length == 0)
        {
            return null;
        }

        // After a completion another rollout may have been created that waits for its start.
        var back = command is RolloutCommand.Restore { Segments: null or [] } && State.Status == RolloutStatus.RolledBack;
        if (!back && command is not RolloutCommand.Start)
        {
            return null;
        }

        var succession = ServiceProvider.GetRequiredService<FlagSuccession>();
        if (await succession.Claim(State.Environment, State.Plan.Flag, this.GetPrimaryKeyString(),
            Envelope.By(Actor.System)) is { Outcome: CommandOutcome.Refused } refused)
        {
            return refused;
        }

        // A command that would be refused anyway retires no rollout.
        return !back && State.Status == RolloutStatus.Created && (envelope.ExpectedVersion ?? Version) == Version
            && RolloutDecider.Decide(State, command, envelope.Actor, Clock.GetUtcNow()) is Decision<RolloutEvent>.Accepted
            ? await succession.Begin(State, envelope)
            : null;
    }

    private async Task<string?> StaticValue() =>
        !IsLoaded || State.Environment.Length == 0
            ? null
            : await GrainFactory.GetGrain<IEnvironmentGrain>(State.Environment).Flag(State.Plan.Flag);

    /// <summary>
    /// Arms the next round: when a duration ends, and at the latest after a sampling period, so that missing samples are noticed.
    /// </summary>
    private void Arm()
    {
        if (IsQuarantined || (IsLoaded && !State.Watched))
        {
            _timer?.Dispose();
            _timer = null;
            rounds.Drop(this.GetPrimaryKeyString());
            return;
        }

        if (!IsLoaded)
        {
            Arm(Reload * Clock.Speed);
            return;
        }

        var now = Clock.GetUtcNow();
        var pulse = Earliest(State.Judgement.Sampling, RolloutGuards.Renewal * Clock.Speed);
        var due = NextWakes.NextWake(State, now) is { } wake && wake - now < pulse ? wake - now : pulse;
        Arm(due > TimeSpan.FromMilliseconds(1) ? due : TimeSpan.FromMilliseconds(1));
    }

    private void Arm(TimeSpan due)
    {
        if (_timer is null)
        {
            _timer =
                this.RegisterGrainTimer(_ => Evaluate(), new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        }
        else
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static TimeSpan Earliest(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
