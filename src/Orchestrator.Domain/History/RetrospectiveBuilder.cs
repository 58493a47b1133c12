using Orchestrator.Domain.Events;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History;

/// <summary>
/// Collects a retrospective event by event. The state is folded beside it, so that no chapter repeats what the state has.
/// </summary>
public sealed class RetrospectiveBuilder
{
    private readonly StepHistory _steps = new();
    private readonly ReviewHistory _reviews = new();
    private readonly TriggerHistory _triggers = new();
    private readonly RollbackHistory _rollbacks = new();
    private readonly GapHistory _gaps = new();
    private readonly WaitHistory _waits = new();
    private readonly HistoryEntries _entries = new();
    private readonly AmendmentHistory _amendments = new();
    private readonly AdvanceHistory _advances = new();
    private readonly CriterionHistory _criteria = new();
    private readonly WatchHistory _watches = new();
    private RolloutState _state = RolloutState.Initial;
    private DateTimeOffset _createdAt;
    private DateTimeOffset? _startedAt;
    private DateTimeOffset? _abortedAt;

    /// <summary>Takes in the next event; the first one is that of the rollout's creation.</summary>
    public void See(Happened<RolloutEvent> happened)
    {
        var (before, after) = (_state, RolloutEvolution.Evolve(_state, happened));
        _waits.Pass(before, before.LastAt, happened.At);
        _steps.See(happened, after);
        _reviews.See(before, happened);
        _triggers.See(before, happened, after);
        _rollbacks.See(before, happened, after);
        _gaps.See(happened, after);
        _entries.See(happened, after);
        _amendments.See(happened);
        _advances.See(before, happened);
        _criteria.See(before, happened, after);
        _watches.See(happened, after);
        _createdAt = happened.Event is RolloutCreated ? happened.At : _createdAt;
        _startedAt = happened.Event is RolloutStarted ? happened.At : _startedAt;
        _abortedAt = happened.Event is RolloutAborted ? happened.At : _abortedAt;
        _state = after;
    }

    /// <summary>The retrospective of the events so far; at least one.</summary>
    /// <param name="end">End of the report; null for the newest event's time. Spans that have ended do not extend to it.</param>
    public Retrospective Build(DateTimeOffset? end)
    {
        if (_state.PlanOrNone is null)
        {
            throw new InvalidOperationException("A rollout without events has no retrospective.");
        }

        var until = end > _state.LastAt ? end.Value : _state.LastAt;
        _waits.Pass(_state, _state.LastAt, until);
        var watched = _watches.All(until);
        var told = new Retrospective(
            Headline(until), _reviews.Overrides(_state), _steps.Phases(until), _rollbacks.All(_state),
            [.. _state.Incidents.Select(i => Incident(i, until))],
            _triggers.All, _reviews.Reviews(_state, until), _gaps.All(until), _waits.All, _entries.All,
            _amendments.All)
        {
            Schedule = Schedule.Of(_state, until),
            Advances = _advances.All,
            NearMisses = NearMisses.Of(watched, _triggers.All, _gaps.All(until), until),
            Watched = watched,
            Plan = _state.Plan,
        };
        return told with { Success = SuccessTable.Of(_state, told, [.. _criteria.All]) };
    }

    private Headline Headline(DateTimeOffset until)
    {
        var ended = _state.Unfinished ? null : (DateTimeOffset?)(_state.Completion?.At ?? _abortedAt ?? _state.Since);
        var took = _startedAt is { } started ? (ended ?? until) - started : TimeSpan.Zero;
        return new Headline(
            _state.Id, _state.Plan.Title, new PlanName(_state.Plan.Name, _state.Revision, _state.Plan.Hash), _state.Environment,
            _state.Plan.Flag, _state.Status,
            Outcome(took), _createdAt, _startedAt, ended, took, _state.Version, until);
    }

    private string Outcome(TimeSpan took)
    {
        var place = _state.Phase is { } phase ? $"{Audience()} in phase {phase.Name}, step {_state.Step!.Name}" : "";
        return _state.Status switch
        {
            RolloutStatus.Created => "Not started.",
            RolloutStatus.Completed => $"Completed after {Durations.Readable(took)}: {Summary.After(_state)}",
            RolloutStatus.Retired when _abortedAt is not null => $"Aborted after {Durations.Readable(took)} and retired at {_state.Since:u}: {Summary.After(_state)}",
            RolloutStatus.Retired => $"Completed after {Durations.Readable(took)} and retired at {_state.Since:u}: {Summary.After(_state)}",
            RolloutStatus.RolledBack => $"Rolled back after {Durations.Readable(_state.Since - _startedAt!.Value)}, from {place}: {_state.Rollback!.Reason}",
            RolloutStatus.Aborted when _startedAt is null => "Aborted before it was started.",
            RolloutStatus.Aborted => $"Aborted after {Durations.Readable(took)}, in phase {_state.Phase!.Name}, step {_state.Step!.Name}; everyone is on legacy.",
            RolloutStatus.Paused => $"Paused after {Durations.Readable(_state.Since - _startedAt!.Value)}, with {place}.",
            _ => $"Under way for {Durations.Readable(took)}, with {place}.",
        };
    }

    private string Audience() => Summary.Audience(_state);

    private IncidentStory Incident(Incident incident, DateTimeOffset until)
    {
        // An incident and the firing that led to it are of one decision: they have one time.
        var alarm = incident.Trigger is { } trigger ? _triggers.Fired(trigger, incident.OpenedAt) : null;
        var confirmed = incident.Legs is [{ Leg: VerificationStep.Propagation, Outcome: VerificationOutcome.Passed } first, ..]
            ? first.Elapsed
            : (TimeSpan?)null;
        var bad = incident.OpenedAt - alarm?.Since;
        return new IncidentStory(
            incident.Id, incident.Severity, incident.Status, incident.Reason, incident.Trigger, incident.OpenedAt,
            alarm?.SeenAt - alarm?.Since,
            incident.Undone is null ? null : bad + (confirmed ?? TimeSpan.Zero) ?? confirmed,
            incident.Acknowledged, incident.Escalated, incident.Ended, (incident.Ended?.At ?? until) - incident.OpenedAt, incident.Legs);
    }
}
