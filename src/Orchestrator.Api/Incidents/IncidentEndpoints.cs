using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Access;
using Orchestrator.Api.Events;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Api.Incidents;

/// <summary>Incidents of all rollouts: list, get, acknowledge, resolve. An incident is part of its rollout's stream.</summary>
internal static class IncidentEndpoints
{
    private const string One = "/incidents/{id}";
    private const int LongestReason = 2000;

    public static void MapIncidents(this IEndpointRouteBuilder api)
    {
        api.MapQuery(
            "/incidents", "List incidents, newest first; ?rollout=, ?environment=, ?state=open|escalated|resolved|ended, several with commas", List);
        api.MapQuery(One, "Get an incident with the legs (verification steps) of its procedure, and the verbs of the caller", (request, world) =>
            Find(world, request.RouteValue("id")) is var (state, incident)
                ? new ApiResult.Ok(IncidentView.Of(state, incident, world.Access, Viewer.Of(request, world)))
                : NotFound(request.RouteValue("id")));
        api.MapQuery(
            One + "/events", "List the events of an incident, oldest first: the decision that opened it, and all that is about it",
            ExpensiveReads.Of(Events));
        api.MapCommand("POST", One + "/acknowledge", "Acknowledge an incident: { reason? }", Operation(
            ["reason"], (id, body) => new RolloutCommand.AcknowledgeIncident(id, body["reason"]?.Text(LongestReason))));
        api.MapCommand("POST", One + "/resolve", "Resolve an incident: { reason }", Operation(
            ["reason"],
            (id, body) => body.Require("reason")?.Text(LongestReason) is { } reason ? new RolloutCommand.ResolveIncident(id, reason) : null));
    }

    private static Operation<RolloutCommand> Operation(string[] members, Func<string, MappingReader, RolloutCommand?> read) => new(
        Permission.Incidents, BodyKind.Json, input => Read(input, members, read), Send,
        (request, _, world) => Find(world, request.RouteValue("id")) is var (state, incident)
            ? new ApiResult.Ok(IncidentView.Of(state, incident, world.Access))
            : NotFound(request.RouteValue("id")));

    private static RolloutCommand? Read(Input input, string[] members, Func<string, MappingReader, RolloutCommand?> read)
    {
        var id = input.RouteValue("id");
        if (Find(input.World, id) is null)
        {
            input.Problem = NotFound(id);
            return null;
        }

        return input.Members(members) is { } body ? read(id, body) : null;
    }

    private static Task<CommandResult> Send(IGrainFactory grains, Command<RolloutCommand> request) =>
        grains.GetGrain<IRolloutGrain>(RecalledWorlds.RolloutOf(request.RouteValue("id"))).Execute(request.Payload, request.Envelope);

    private static async Task<ApiResult> Events(Query request, World world) =>
        Find(world, request.RouteValue("id")) is var (state, incident)
            ? new ApiResult.Ok(new
            {
                events = (await IncidentEvents.Read(request.Service<IEventLog>(), state, incident, request.Stop))
                    .Select(one => EventView.Of(one, world.Access)),
            })
            : NotFound(request.RouteValue("id"));

    private static async Task<ApiResult> List(Query request, World world)
    {
        var query = request.Http.Request.Query;
        string? rollout = null, environment = null;
        IncidentStatus[]? states = null;
        if ((Paging.Read(query, out var after, out var limit) ?? query.Id("rollout", out rollout) ?? query.Id("environment", out environment)
            ?? query.SomeOf("state", out states)) is { } problem)
        {
            return problem;
        }

        Incident? last = null;
        if (after.Length > 0)
        {
            var recalled = await request.Service<FinishedStates>().With(world, RecalledWorlds.RolloutOf(after), request.Stop);
            last = Find(recalled, after)?.Incident;
            if (last is null)
            {
                return ApiResult.Invalid("after", $"must be the id of an incident, but is '{after}'");
            }
        }

        // By place, not by looking for it in the list: it may have left the filter since the last page.
        var list = new IncidentPage(
            limit, one => (states is null || states.Contains(one.Status))
                && (last is null || one.OpenedAt < last.OpenedAt
                    || (one.OpenedAt == last.OpenedAt && string.CompareOrdinal(one.Id, last.Id) < 0)));
        list.Add(world.Rollouts.Values.Select(entry => entry.State)
            .Where(state => (rollout is null || state.Id == rollout) && (environment is null || state.Environment == environment)));
        await list.AddOver(
            world.Finished.Where(entry => (rollout is null || entry.Id == rollout)
                && (environment is null || entry.Environment == environment)
                && (states is null || (entry.Resolved && states.Contains(IncidentStatus.Resolved))
                    || (entry.EndedOtherwise && states.Contains(IncidentStatus.Ended)))),
            last?.OpenedAt, some => request.Service<FinishedStates>().Of(world, some, request.Stop));
        var (found, viewer) = (list.Found, Viewer.Of(request, world));
        return new ApiResult.Ok(new
        {
            incidents = found.Take(limit).Select(one => IncidentView.Of(one.State, one.Incident, world.Access, viewer)),
            next = found.Length > limit ? found[limit - 1].Incident.Id : null,
        });
    }

    /// <summary>The incident and its rollout; null when there is none of this id.</summary>
    internal static (RolloutState State, Incident Incident)? Find(World world, string id) =>
        world.Rollouts.GetValueOrDefault(RecalledWorlds.RolloutOf(id))?.State is { } state
            && state.Incidents.FirstOrDefault(i => i.Id == id) is { } incident
            ? (state, incident)
            : null;

    internal static ApiResult.Problem NotFound(string id) => ApiResult.NotFound("incident.not_found", $"There is no incident {id}.");
}
