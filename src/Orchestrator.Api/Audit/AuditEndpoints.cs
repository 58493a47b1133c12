using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Events;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Audit;

/// <summary>Changes by keys and people, and their refused requests.</summary>
internal static class AuditEndpoints
{
    /// <summary>Events scanned for one page: a page may be empty and still have a next one.</summary>
    private const int Looked = 2_000;

    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        api.MapQuery("/audit", "List changes by an API key or a person (?key=), or by all of them, oldest first", Done, Permission.Keys);
        api.MapQuery("/audit/refusals", "List requests refused by this node since its start (?key=), oldest first", Refused, Permission.Keys);
    }

    private static async Task<ApiResult> Done(Query request, World world)
    {
        if (Paging.Read(request.Http.Request.Query, out Paging paging) is { } problem)
        {
            return problem;
        }

        var key = Key(request);
        var events = await request.Service<IEventLog>().ReadAll(paging.After, Looked, request.Stop);
        var found = events.Where(one => one.Actor.Kind == ActorKind.User && (key is null || one.Actor.Id == key)).Take(paging.Limit)
            .ToArray();
        long? next = found.Length == paging.Limit ? found[^1].Position : events.Count == Looked ? events[^1].Position : null;
        return new ApiResult.Ok(new
        {
            done = found.Select(one => new
            {
                one.Position,
                one.At,
                key = one.Actor.Id,
                name = world.Access.NameOf(one.Actor.Id, one.At),
                one.Actor.Role,
                one.Stream,
                type = EventView.Name(one.Type),
            }),
            next,
        });
    }

    private static ApiResult Refused(Query request, World world)
    {
        if (Paging.Read(request.Http.Request.Query, out Paging paging) is { } problem)
        {
            return problem;
        }

        var found = request.Service<Refusals>().After(paging.After, Key(request), paging.Limit);
        return new ApiResult.Ok(new
        {
            refused = found.Select(one => one with { Name = one.Key is { } id ? world.Access.NameOf(id) : null }),
            next = found.Count == paging.Limit ? found[^1].Number : (long?)null
        });
    }

    private static string? Key(Query request) => request.Http.Request.Query["key"] is [{ Length: > 0 } key] ? key : null;
}
