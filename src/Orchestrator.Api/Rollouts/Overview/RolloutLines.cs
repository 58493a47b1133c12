using Orchestrator.Api.Requests;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Api.Rollouts.Overview;

/// <summary>Rollouts as lines of an overview, from this node's view of the log alone: no grain and no store is asked.</summary>
/// <param name="world">This node's view of the log.</param>
/// <param name="unguarded">Ids of the rollouts that no node watches.</param>
/// <param name="people">This node's counts of users.</param>
/// <param name="now">Orchestrator time.</param>
internal sealed class RolloutLines(World world, IReadOnlySet<string> unguarded, PeopleKeeper people, DateTimeOffset now)
{
    /// <summary>One entry for each environment with a completed rollout.</summary>
    private readonly Dictionary<string, IReadOnlyDictionary<string, RolloutState>> _deciding = new(StringComparer.Ordinal);

    public static RolloutLines Of(Query request, World world, DateTimeOffset now) =>
        new(world, request.Service<NodeLease>().Unwatched, request.Service<PeopleKeeper>(), now);

    /// <summary>Every reason for which the rollout needs a person, the worst first.</summary>
    public IEnumerable<Attention> Attention(RolloutState state) =>
        Domain.Rollouts.Attention.Of(state, now, Unreadable(state), unguarded.Contains(state.Id));

    /// <summary>The worst of them, without freezes; null when it needs no person.</summary>
    public Attention? Worst(RolloutState state) =>
        Domain.Rollouts.Attention.Worst(state, now, Unreadable(state), unguarded.Contains(state.Id));

    /// <summary>One line.</summary>
    public object Line(RolloutState state)
    {
        var gates = GateRows.Of(state, now);
        var counted = PeopleView.Brief(people, state, now);
        return new
        {
            state.Id,
            state.Plan.Title,
            plan = new { state.Plan.Name, state.Revision, state.Plan.Hash },
            state.Environment,
            state.Plan.Flag,
            state.Status,
            phase = state.Phase?.Name,
            step = state.Step?.Name,
            percentage = RolloutView.Exposed(state) ? state.Percentage.Percent : 0,
            audience = RolloutView.Audience(state).Text,
            people = counted.Numbers,
            peopleReason = counted.Reason,
            state.Version,
            state.Since,
            summary = Summary.Of(state, Other(state)),
            next = NextMove.Of(state, gates, now),
            attention = Worst(state),
            verdicts = gates.Select(gate => new { gate.Kind, gate.Name, gate.Verdict, word = gate.Verdict.Word() }),
            changedAt = state.LastAt,
        };
    }

    /// <summary>The line of a rollout that has left the memory: nothing about it is open, and it serves no user.</summary>
    public object Line(FinishedRollout entry)
    {
        var counted = PeopleView.Brief(people, entry.Place, entry.Id, now);
        return new
        {
            entry.Id,
            entry.Plan.Title,
            plan = new { entry.Plan.Name, entry.Revision, entry.Plan.Hash },
            entry.Environment,
            entry.Plan.Flag,
            entry.Status,
            phase = entry.Phase,
            step = entry.Step,
            percentage = 0m,
            audience = StepAudience.None.Text,
            people = counted.Numbers,
            peopleReason = counted.Reason,
            entry.Version,
            entry.Since,
            summary = Summary.OfEnd(entry.Status, entry.Plan.Flag, entry.Successor),
            next = (NextMove?)null,
            attention = (Attention?)null,
            verdicts = Array.Empty<object>(),
            changedAt = entry.LastAt,
        };
    }

    private string? Unreadable(RolloutState state) => world.Quarantined.GetValueOrDefault(RolloutEvents.Stream(state.Id));

    /// <summary>As <see cref="Succession.Other"/>, with the deciding rollouts of an environment read once for all lines.</summary>
    private string? Other(RolloutState state)
    {
        if (state.Status != RolloutStatus.Completed)
        {
            return null;
        }

        if (!_deciding.TryGetValue(state.Environment, out var deciding))
        {
            _deciding[state.Environment] = deciding = EnvironmentModels.Over(world, state.Environment);
        }

        return deciding.GetValueOrDefault(state.Plan.Flag) is { } one && one.Id != state.Id ? one.Id : null;
    }
}
