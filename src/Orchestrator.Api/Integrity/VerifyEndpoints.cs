using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Integrity;

namespace Orchestrator.Api.Integrity;

/// <summary>Verification of one stream of each kind, and of the whole log.</summary>
internal static class VerifyEndpoints
{
    private static readonly (string Pattern, Func<Ask, string> Stream)[] Kinds =
    [
        ("/rollouts/{id}/verify", ask => RolloutEvents.Stream(ask.Route("id"))),
        ("/plans/{name}/verify", ask => $"plan/{ask.Route("name")}"),
        ("/segments/{environment}/{key}/verify", ask => $"segment/{ask.Route("environment")}/{ask.Route("key")}"),
        ("/environments/{environment}/verify", ask => $"environment/{ask.Route("environment")}"),
        ("/keys/verify", _ => IAccessGrain.Only),
    ];

    public static void MapVerify(this IEndpointRouteBuilder api)
    {
        foreach (var (pattern, stream) in Kinds)
        {
            api.Ask(pattern, "Verify the hash chain of its events", ExpensiveReads.Of((ask, _) => One(ask, stream(ask))));
        }

        api.Ask("/verify", "Verify the hash chains of the whole log; ?stream= for one stream", ExpensiveReads.Of((ask, _) =>
            ask.Http.Request.Query["stream"] is [{ Length: > 0 } stream] ? One(ask, stream) : Whole(ask)));
    }

    private static async Task<Answer> One(Ask ask, string stream)
    {
        var report = await ask.Service<LogAudit>().Stream(stream, ask.Stop);
        if (report is { Events: 0, Broken.IsEmpty: true })
        {
            return Answer.NotFound("stream.not_found", $"There is no stream {stream}.");
        }

        var broken = report.First;
        return new Answer.Ok(new { events = report.Events, intact = broken is null, firstBroken = broken?.Version, position = broken?.Position, text = broken?.Text });
    }

    private static async Task<Answer> Whole(Ask ask)
    {
        var report = await ask.Service<LogAudit>().Whole(stop: ask.Stop);
        return new Answer.Ok(new
        {
            events = report.Events, streams = report.Streams, position = report.Position, intact = report.Broken.IsEmpty,
            firstBroken = Shown(report.First), broken = report.Broken.Select(Shown),
        });
    }

    /// <summary>A break in the form of all responses.</summary>
    public static object? Shown(ChainBreak? broken) =>
        broken is null ? null : new { broken.Stream, broken.Version, broken.Position, kind = broken.Kind, broken.Text };
}
