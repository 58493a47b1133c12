using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Pushes;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Metrics.Otlp;
using Orchestrator.Grains.Metrics;
using Orchestrator.Grains.Metrics.Otlp;
using Orchestrator.Grains.Serialization;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;

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
            world.Rollouts.ContainsKey(id) && await Push(request, id, request.BodyArray, unnamed: true) is { } receipt
                ? OtlpAnswers.Receipt(request.Http.Request, [Warned(receipt, UnjudgedWarning.Of(world, id))])
                : RolloutProblems.NotFound(id));
    }

    private static Task<ApiResult> Named(Query request, World world) => Pushing.Run(request, world, null, () => Take(request, world));

    private static async Task<ApiResult> Take(Query request, World world)
    {
        var body = request.BodyArray;
        var protobuf = Protobuf.Is(request.Http.Request);
        var export = await request.Service<LargeBodies>().Run(
            BodyOf.Key, request.Caller.KeyId, body.Length,
            () => request.Service<OtlpReads>().Read(body, protobuf), request.Stop);
        var byRollout = ByRollout(export);

        // An export that cannot be parsed has no rollout to be counted for.
        var receipts = new List<OtlpReceipt> { new(export.Rejected, [.. export.Errors], export.Malformed) };
        foreach (var (name, points) in byRollout.Take(MostRollouts))
        {
            world = name is null ? world : await request.Service<FinishedStates>().With(world, name, request.Stop);
            var refused = name is { } named ? Pushing.Refusal(request, world, named)?.Detail : null;
            var receipt = refused is null && name is { } id && world.Rollouts.ContainsKey(id)
                ? await Push(request, id, body, unnamed: false)
                : null;
            if (receipt is null)
            {
                var reason = refused ?? (name is null
                    ? $"{points} data points lack the attribute '{OtlpSamples.RolloutAttribute}'"
                    : $"there is no rollout '{name}'");
                receipts.Add(new OtlpReceipt(points, [reason]));
                continue;
            }

            receipts.Add(Warned(
                receipt with { Rejected = Math.Max(0, receipt.Rejected - export.Rejected) },
                UnjudgedWarning.Of(world, name!) is { } unjudged ? $"{name}: {unjudged}" : null));
        }

        if (byRollout.Count > MostRollouts)
        {
            receipts.Add(new OtlpReceipt(byRollout.Skip(MostRollouts).Sum(one => one.Points), [$"one export may name {MostRollouts} rollouts"]));
        }

        return OtlpAnswers.Receipt(request.Http.Request, receipts);
    }

    /// <summary>
    /// Rollouts that the points name, in the order of their first points. All points of a resource have its name as one instance, so that a
    /// long one is hashed once for all of them.
    /// </summary>
    private static List<(string? Name, int Points)> ByRollout(OtlpExport export)
    {
        List<(string? Name, int Points)> found = [];
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var (unnamed, at) = (-1, -1);
        foreach (var point in export.Points)
        {
            var name = point.Attributes.GetValueOrDefault(OtlpSamples.RolloutAttribute);
            if (at < 0 || !ReferenceEquals(name, found[at].Name))
            {
                at = name is null ? unnamed : places.GetValueOrDefault(name, -1);
            }

            if (at < 0)
            {
                at = found.Count;
                found.Add((name, 0));
                if (name is null)
                {
                    unnamed = at;
                }
                else
                {
                    places[name] = at;
                }
            }

            found[at] = (found[at].Name, found[at].Points + 1);
        }

        return found;
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
