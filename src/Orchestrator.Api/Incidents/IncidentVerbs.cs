using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Incidents;

/// <summary>A verb of a caller.</summary>
/// <param name="Name">Last part of its address.</param>
/// <param name="May">True when the caller's role has the permission.</param>
/// <param name="Can">True when it would change something now.</param>
/// <param name="Reason">Reason why it cannot; null when it can.</param>
internal sealed record IncidentVerb(string Name, bool May, bool Can, string? Reason);

/// <summary>Verbs of an incident: acknowledge and resolve it, and restore its rollout.</summary>
internal static class IncidentVerbs
{
    public static IReadOnlyList<IncidentVerb> Of(ApiRequest request, World world, RolloutState state, Incident incident)
    {
        var role = request.Caller.Role;
        return
        [
            Verb("acknowledge", role.May(Permission.Incidents), incident.Acknowledged is { } mark
                ? $"{world.Access.NameOf(mark.By, mark.At) ?? mark.By} has acknowledged it."
                : null),
            Verb("resolve", role.May(Permission.Incidents), incident.Ended is { } end ? $"The incident is over: {end.Reason}" : null),
            Verb("restore", role.May(Permission.Operate), Restore(request, world, state, incident)),
        ];
    }

    private static IncidentVerb Verb(string name, bool may, string? reason) => new(name, may, reason is null, reason);

    /// <summary>Reason why the rollback of the incident cannot be undone; null when it can.</summary>
    private static string? Restore(ApiRequest request, World world, RolloutState state, Incident incident)
    {
        if (incident.Undone is not { } rollback)
        {
            return "The incident has no rollback.";
        }

        var line = world.Environments.GetValueOrDefault(state.Environment)?.State.Line;
        var restore = new RolloutCommand.Restore("asked", rollback.Segments.IsEmpty ? null : [.. rollback.Segments], line?.Reason, line?.By);
        return RolloutDecider.Decide(state, restore, request.Caller.Actor, request.Service<OrchestratorClock>().GetUtcNow()) switch
        {
            Decision<RolloutEvent>.Refused refused => refused.Message,
            Decision<RolloutEvent>.Accepted { Events.IsEmpty: true } => "The rollback is not in force any more.",
            _ => null,
        };
    }
}
