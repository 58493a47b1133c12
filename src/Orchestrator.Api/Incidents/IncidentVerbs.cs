using Orchestrator.Api.Access;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;

namespace Orchestrator.Api.Incidents;

/// <summary>The verbs of an incident, as one caller sees them.</summary>
internal static class IncidentVerbs
{
    private const string Asked = "asked";

    public static VerbView[] Of(Viewer viewer, RolloutState state, Incident incident) =>
    [
        Verb(viewer, state, incident, "acknowledge", "acknowledge an incident", new RolloutCommand.AcknowledgeIncident(incident.Id)),
        Verb(viewer, state, incident, "resolve", "resolve an incident", new RolloutCommand.ResolveIncident(incident.Id, Asked)),
    ];

    private static VerbView Verb(Viewer viewer, RolloutState state, Incident incident, string name, string words, RolloutCommand command) =>
        viewer.Verb(
            name, words, $"/api/v1/incidents/{incident.Id}/{name}", Permission.Incidents, state.Environment,
            () => viewer.Unreadable(RolloutEvents.Stream(state.Id)) ?? Probe.Of(state, command, viewer.Caller.Actor, viewer.Now));
}
