using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Incidents;

/// <summary>Incidents of all rollouts: list, get, acknowledge, resolve. An incident is part of its rollout's stream.</summary>
internal static class IncidentEndpoints
{
    private const string One = "/incidents/{id}";
    private const int LongestReason = 2000;

    public static void MapIncidents(this IEndpointRouteBuilder api)
    {
        api.Ask("/incidents", "List incidents, newest first; ?rollout=, ?state=open|escalated|resolved|ended", List);
        api.Ask(One, "Get an incident with the legs (verification steps) of its procedure", (ask, world) =>
            Find(world, ask.Route("id")) is var (state, incident) ? new Answer.Ok(IncidentView.Of(state, incident, world.Access)) : NotFound(ask.Route("id")));
        api.Change("POST", One + "/acknowledge", "Acknowledge an incident: { reason? }", Operation(
            ["reason"], (id, body) => new RolloutCommand.AcknowledgeIncident(id, body["reason"]?.Text(LongestReason))));
        api.Change("POST", One + "/resolve", "Resolve an incident: { reason }", Operation(
            ["reason"], (id, body) => body.Require("reason")?.Text(LongestReason) is { } reason ? new RolloutCommand.ResolveIncident(id, reason) : null));
    }

    private static Operation<RolloutCommand> Operation(string[] members, Func<string, MappingReader, RolloutCommand?> read) => new(
        Permission.Incidents, BodyKind.Json, input => Read(input, members, read), Send,
        (change, _, world) => Find(world, change.Route("id")) is var (state, incident)
            ? new Answer.Ok(IncidentView.Of(state, incident, world.Access))
            : NotFound(change.Route("id")));

    private static RolloutCommand? Read(Input input, string[] members, Func<string, MappingReader, RolloutCommand?> read)
    {
        var id = input.Route("id");
        if (Find(input.World, id) is null)
        {
            input.Problem = NotFound(id);
            return null;
        }

        return input.Members(members) is { } body ? read(id, body) : null;
    }

    private static Task<CommandResult> Send(IGrainFactory grains, Change<RolloutCommand> change) =>
        grains.GetGrain<IRolloutGrain>(RolloutOf(change.Route("id"))).Run(change.Command, change.Envelope);

    private static Answer List(Ask ask, World world)
    {
        var query = ask.Http.Request.Query;
        string? rollout = null;
        IncidentStatus? status = null;
        if ((Paging.Read(query, out var after, out var limit) ?? query.Id("rollout", out rollout) ?? query.OneOf("state", out status)) is { } problem)
        {
            return problem;
        }

        var all = world.Rollouts.Values.Select(entry => entry.State).Where(state => rollout is null || state.Id == rollout)
            .SelectMany(state => state.Incidents.Select(incident => (State: state, Incident: incident)))
            .Where(one => status is null || one.Incident.Status == status)
            .OrderByDescending(one => one.Incident.OpenedAt).ThenByDescending(one => one.Incident.Id, StringComparer.Ordinal).AsEnumerable();
        if (after.Length > 0)
        {
            if (Find(world, after) is not var (_, last))
            {
                return Answer.Invalid("after", $"must be the id of an incident, but is '{after}'");
            }

            // By place, not by looking for it in the list: it may have left the filter since the last page.
            all = all.Where(one => (one.Incident.OpenedAt, one.Incident.Id) is var (at, id)
                && (at < last.OpenedAt || (at == last.OpenedAt && string.CompareOrdinal(id, last.Id) < 0)));
        }

        var found = all.Take(limit + 1).ToArray();
        return new Answer.Ok(new
        {
            incidents = found.Take(limit).Select(one => IncidentView.Of(one.State, one.Incident, world.Access)),
            next = found.Length > limit ? found[limit - 1].Incident.Id : null,
        });
    }

    private static (RolloutState State, Incident Incident)? Find(World world, string id) =>
        world.Rollouts.GetValueOrDefault(RolloutOf(id))?.State is { } state && state.Incidents.FirstOrDefault(i => i.Id == id) is { } incident
            ? (state, incident)
            : null;

    /// <summary>An incident's id is its rollout's id and a number.</summary>
    private static string RolloutOf(string id) => id.LastIndexOf('-') is > 0 and var at ? id[..at] : id;

    private static Answer.Problem NotFound(string id) => Answer.NotFound("incident.not_found", $"There is no incident {id}.");
}
