using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Events;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Audit;

/// <summary>The audit: all events of all streams by actor, kind, object and time, and refused requests.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        api.MapQuery(
            "/audit",
            "List events of all streams, each with a sentence: changes by people, or with ?by=all all of them. ?key=, ?actor=, ?type=, ?object=, "
                + "?from=, ?to=, ?text= filter, ?order=newest turns it round; as application/x-ndjson or text/csv whole",
            Done);
        api.MapQuery("/audit/refusals", "List requests refused by this node since its start (?key=), oldest first", Refused, Permission.Keys);
    }

    /// <summary>Name of the key or person at the time; null for machines.</summary>
    public static string? Name(RecordedEvent e, AccessState access) =>
        e.Actor.Kind == ActorKind.User ? access.NameOf(e.Actor.Id, e.At) : null;

    private static async Task<ApiResult> Done(Query request, World world)
    {
        if (AuditFilter.Read(request.Http.Request, out var filter) is { } problem)
        {
            return problem;
        }

        return filter.File is null
            ? await ExpensiveReads.Run(request, () => Page(request, filter, world))
            : AuditFile.Of(request, filter, world);
    }

    private static async Task<ApiResult> Page(Query request, AuditFilter filter, World world)
    {
        var log = request.Service<IEventLog>();
        var reader = new AuditReader(log, filter, world.Access);
        var (found, next) = filter.Newest
            ? await reader.Newest(await log.Head(request.Stop), request.Stop)
            : await reader.Oldest(request.Stop);
        return new ApiResult.Ok(new
        {
            done = found.Select(one => Shown(one, world.Access)),
            next,
        });
    }

    private static object Shown(AuditEvent one, AccessState access)
    {
        var e = one.Recorded;
        var name = Name(e, access);
        return new
        {
            e.Position,
            e.At,
            key = e.Actor.Kind == ActorKind.User ? e.Actor.Id : "",
            name,
            e.Actor.Role,
            e.Stream,
            type = EventView.Name(e.Type),
            e.Version,
            e.Id,
            actor = new ActorView(e.Actor.Kind, e.Actor.Id, e.Actor.Role, name),
            one.Text,
            e.Correlation,
            hash = Convert.ToHexStringLower(e.Hash.Span),
        };
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
