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
    private static readonly BodyKind Export = new(1024 * 1024, "application/json", OtlpAnswers.Protobuf);

    public static void MapOtlp(this IEndpointRouteBuilder routes)
    {
        routes.AskWith(Export, "/v1/metrics", "Export OTLP/HTTP metrics (Protocol Buffers or JSON); data points name their rollout", Named, Permission.Ingest);
        routes.AskWith(Export, "/api/v1/rollouts/{id}/otlp/v1/metrics", "Export OTLP/HTTP metrics (Protocol Buffers or JSON) for this rollout", One, Permission.Ingest);
    }

    private static async Task<Answer> One(Ask ask, World world)
    {
        var id = ask.Route("id");
        var (body, problem) = await OtlpBody.Read(ask, Export);
        if (problem is not null)
        {
            return problem;
        }

        return await Pushing.Run(ask, world, id, body, async () => world.Rollouts.ContainsKey(id) && await Push(ask, id, body, unnamed: true) is { } receipt
            ? OtlpAnswers.Receipt(ask.Http.Request, [Warned(receipt, Unjudged.Of(world, id))])
            : Answer.NotFound("rollout.not_found", $"There is no rollout {id}."));
    }

    private static async Task<Answer> Named(Ask ask, World world)
    {
        var (body, problem) = await OtlpBody.Read(ask, Export);
        if (problem is not null)
        {
            return problem;
        }

        return await Pushing.Run(ask, world, null, body, () => Named(ask, world, body));
    }

    private static async Task<Answer> Named(Ask ask, World world, byte[] body)
    {
        var export = OtlpAnswers.IsProtobuf(ask.Http.Request) ? OtlpReader.ReadProtobuf(body) : OtlpReader.Read(body);
        var byRollout = export.Points.GroupBy(point => point.Attributes.GetValueOrDefault(OtlpSamples.RolloutAttribute)).ToList();

        // An export that cannot be parsed has no rollout to be counted for.
        var receipts = new List<OtlpReceipt> { new(export.Rejected, [.. export.Errors], export.Malformed) };
        foreach (var points in byRollout.Take(MostRollouts))
        {
            var refused = points.Key is { } named ? Pushing.Refusal(ask, world, named)?.Detail : null;
            var receipt = refused is null && points.Key is { } id && world.Rollouts.ContainsKey(id) ? await Push(ask, id, body, unnamed: false) : null;
            receipts.Add(refused is not null
                ? new OtlpReceipt(points.Count(), [refused])
                : receipt is null
                ? new OtlpReceipt(points.Count(), [points.Key is null ? $"{points.Count()} data points lack the attribute '{OtlpSamples.RolloutAttribute}'" : $"there is no rollout '{points.Key}'"])
                : Warned(
                    receipt with { Rejected = Math.Max(0, receipt.Rejected - export.Rejected) }, Unjudged.Of(world, points.Key!) is { } unjudged ? $"{points.Key}: {unjudged}" : null));
        }

        if (byRollout.Count > MostRollouts)
        {
            receipts.Add(new OtlpReceipt(byRollout.Skip(MostRollouts).Sum(points => points.Count()), [$"one export may name {MostRollouts} rollouts"]));
        }

        return OtlpAnswers.Receipt(ask.Http.Request, receipts);
    }

    /// <summary>By the specification a message without rejected points is a warning.</summary>
    private static OtlpReceipt Warned(OtlpReceipt receipt, string? warning) => warning is null ? receipt : receipt with { Errors = [.. receipt.Errors, warning] };

    private static async Task<OtlpReceipt?> Push(Ask ask, string id, byte[] body, bool unnamed)
    {
        Pushers.Begin(ask.Caller.KeyId);
        var grain = ask.Service<IGrainFactory>().GetGrain<IOtlpGrain>(id);
        return OtlpAnswers.IsProtobuf(ask.Http.Request) ? await grain.PushProtobuf(body, unnamed) : await grain.Push(body, unnamed);
    }
}
