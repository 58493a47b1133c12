using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.Integrity;

namespace Orchestrator.Api.Integrity;

/// <summary>Verification of one stream of each kind, and of the whole log.</summary>
internal static class VerifyEndpoints
{
    private static readonly (string Pattern, Func<Query, string> Stream)[] Kinds =
    [
        ("/rollouts/{id}/verify", request => RolloutEvents.Stream(request.RouteValue("id"))),
        ("/plans/{name}/verify", request => PlanEvents.Stream(request.RouteValue("name"))),
        ("/segments/{environment}/{key}/verify", request => SegmentEvents.Stream(request.RouteValue("environment"), request.RouteValue("key"))),
        ("/environments/{environment}/verify", request => EnvironmentEvents.Stream(request.RouteValue("environment"))),
        ("/keys/verify", _ => AccessEvents.Stream()),
    ];

    public static void MapVerify(this IEndpointRouteBuilder api)
    {
        foreach (var (pattern, stream) in Kinds)
        {
            api.MapQuery(pattern, "Verify the hash chain of its events", ExpensiveReads.Of((request, _) => One(request, stream(request))));
        }

        api.MapQuery("/verify", "Verify the hash chains of the whole log; ?stream= for one stream", ExpensiveReads.Of((request, _) =>
            request.Http.Request.Query["stream"] is [{ Length: > 0 } stream] ? One(request, stream) : Whole(request)));
    }

    private static async Task<ApiResult> One(Query request, string stream)
    {
        var report = await request.Service<LogAudit>().Stream(stream, request.Stop);
        if (report is { Events: 0, Broken.IsEmpty: true })
        {
            return ApiResult.NotFound("stream.not_found", $"There is no stream {stream}.");
        }

        var broken = report.First;
        return new ApiResult.Ok(new
        {
            events = report.Events,
            intact = broken is null,
            firstBroken = broken?.Version,
            position = broken?.Position,
            text = broken?.Text
        });
    }

    private static async Task<ApiResult> Whole(Query request)
    {
        var report = await request.Service<LogAudit>().Whole(stop: request.Stop);
        return new ApiResult.Ok(new
        {
            events = report.Events,
            streams = report.Streams,
            position = report.Position,
            intact = report.Broken.IsEmpty,
            firstBroken = Shown(report.First),
            broken = report.Broken.Select(Shown),
        });
    }

    /// <summary>A break in the form of all responses.</summary>
    public static object? Shown(ChainBreak? broken) =>
        broken is null ? null : new { broken.Stream, broken.Version, broken.Position, kind = broken.Kind, broken.Text };
}
