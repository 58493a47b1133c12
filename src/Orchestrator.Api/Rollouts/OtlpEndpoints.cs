using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Pushes;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Metrics.Otlp;
using Orchestrator.Grains.Metrics;
using Orchestrator.Grains.Metrics.Otlp;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts;

/// <summary>OTLP/HTTP 1.x in Protocol Buffers or JSON: for one rollout, or for the rollouts that the data points name.</summary>
internal static class OtlpEndpoints
{
    private const int MostRollouts = 20;
    private static readonly BodyKind Export = new(1024 * 1024, "application/json", Protobuf.MediaType) { GzipFault = "otlp.malformed" };

    public static void MapOtlp(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Export, "/v1/metrics", "Export OTLP/HTTP metrics (Protocol Buffers or JSON); data points name their rollout", Named, Permission.Ingest);
        routes.MapPost(Export, "/api/v1/rollouts/{id}/otlp/v1/metrics", "Export OTLP/HTTP metrics (Protocol Buffers or JSON) for this rollout", One, Permission.Ingest);
    }

    private static Task<ApiResult> One(Query request, World world)
    {
        var id = request.RouteValue("id");
        return Pushing.Run(request, world, id, async () =>
            world.Rollouts.ContainsKey(id) && await Push(request, id, request.Body.ToArray(), unnamed: true) is { } receipt
                ? OtlpAnswers.Receipt(request.Http.Request, [Warned(receipt, UnjudgedWarning.Of(world, id))])
                : RolloutProblems.NotFound(id));
    }

    private static Task<ApiResult> Named(Query request, World world) => Pushing.Run(request, world, null, () => Take(request, world));

    private static async Task<ApiResult> Take(Query request, World world)
    {
        var body = request.Body.ToArray();
        var export = Protobuf.Is(request.Http.Request) ? OtlpReader.ReadProtobuf(body) : OtlpReader.Read(body);
        var byRollout = export.Points.GroupBy(point => point.Attributes.GetValueOrDefault(OtlpSamples.RolloutAttribute)).ToList();

        // An export that cannot be parsed has no rollout to be counted for.
        var receipts = new List<OtlpReceipt> { new(export.Rejected, [.. export.Errors], export.Malformed) };
        foreach (var points in byRollout.Take(MostRollouts))
        {
            var refused = points.Key is { } named ? Pushing.Refusal(request, world, named)?.Detail : null;
            var receipt = refused is null && points.Key is { } id && world.Rollouts.ContainsKey(id)
                ? await Push(request, id, body, unnamed: false)
                : null;
            if (receipt is null)
            {
                var reason = refused ?? (points.Key is null
                    ? $"{points.Count()} data points lack the attribute '{OtlpSamples.RolloutAttribute}'"
                    : $"there is no rollout '{points.Key}'");
                receipts.Add(new OtlpReceipt(points.Count(), [reason]));
                continue;
            }

            receipts.Add(Warned(
                receipt with { Rejected = Math.Max(0, receipt.Rejected - export.Rejected) },
                UnjudgedWarning.Of(world, points.Key!) is { } unjudged ? $"{points.Key}: {unjudged}" : null));
        }

        if (byRollout.Count > MostRollouts)
        {
            receipts.Add(new OtlpReceipt(byRollout.Skip(MostRollouts).Sum(points => points.Count()), [$"one export may name {MostRollouts} rollouts"]));
        }

        return OtlpAnswers.Receipt(request.Http.Request, receipts);
    }

    /// <summary>By the specification a message without rejected points is a warning.</summary>
    private static OtlpReceipt Warned(OtlpReceipt receipt, string? warning) =>
        warning is null ? receipt : receipt with { Errors = [.. receipt.Errors, warning] };

    private static async Task<OtlpReceipt?> Push(Query request, string id, byte[] body, bool unnamed)
    {
        Pushers.Begin(request.Caller.KeyId);
        var grain = request.Service<IGrainFactory>().GetGrain<IOtlpGrain>(id);
        return Protobuf.Is(request.Http.Request) ? await grain.PushProtobuf(body, unnamed) : await grain.Push(body, unnamed);
    }
}
