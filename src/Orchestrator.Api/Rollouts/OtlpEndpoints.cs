using System.IO.Compression;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Metrics.Otlp;
using Orchestrator.Grains.Metrics.Otlp;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts;

/// <summary>OTLP/HTTP in its JSON encoding: for one rollout, or for those that the data points name.</summary>
internal static class OtlpEndpoints
{
    private const int MostRollouts = 20;
    private static readonly BodyKind Export = new(1024 * 1024, "application/json");

    public static void MapOtlp(this IEndpointRouteBuilder routes)
    {
        routes.AskWith(Export, "/v1/metrics", "OTLP/HTTP metrics in JSON; data points name their rollout", Named, Permission.Ingest);
        routes.AskWith(Export, "/api/v1/rollouts/{id}/otlp/v1/metrics", "OTLP/HTTP metrics in JSON, for this rollout", One, Permission.Ingest);
    }

    private static async Task<Answer> One(Ask ask, World world)
    {
        var id = ask.Route("id");
        var (body, problem) = await Body(ask);
        if (problem is not null)
        {
            return problem;
        }

        return world.Rollouts.ContainsKey(id) && await ask.Service<IGrainFactory>().GetGrain<IOtlpGrain>(id).Push(body, unnamed: true) is { } receipt
            ? Receipt([receipt])
            : Answer.NotFound("rollout.not_found", $"There is no rollout {id}.");
    }

    private static async Task<Answer> Named(Ask ask, World world)
    {
        var (body, problem) = await Body(ask);
        if (problem is not null)
        {
            return problem;
        }

        var export = OtlpReader.Read(body);
        var byRollout = export.Points.GroupBy(point => point.Attributes.GetValueOrDefault(OtlpSamples.RolloutAttribute)).ToList();
        var receipts = new List<OtlpReceipt> { new(0, [], export.Malformed) };
        foreach (var points in byRollout.Take(MostRollouts))
        {
            var receipt = points.Key is { } id && world.Rollouts.ContainsKey(id) ? await ask.Service<IGrainFactory>().GetGrain<IOtlpGrain>(id).Push(body, unnamed: false) : null;
            receipts.Add(receipt ?? new OtlpReceipt(
                points.Count(), [points.Key is null ? $"{points.Count()} data points lack the attribute '{OtlpSamples.RolloutAttribute}'" : $"there is no rollout '{points.Key}'"]));
        }

        if (byRollout.Count > MostRollouts)
        {
            receipts.Add(new OtlpReceipt(byRollout.Skip(MostRollouts).Sum(points => points.Count()), [$"one export may name {MostRollouts} rollouts"]));
        }

        return Receipt(receipts);
    }

    private static async Task<(byte[] Body, Answer.Problem? Problem)> Body(Ask ask)
    {
        var request = ask.Http.Request;
        switch (request.Headers.ContentEncoding.ToString())
        {
            case "":
                break;
            case "gzip":
                // The limit of the body holds for what comes out.
                request.Body = new GZipStream(request.Body, CompressionMode.Decompress);
                break;
            case var other:
                return ([], new Answer.Problem(415, "body.content_encoding", $"The body may be compressed by gzip, not by {other}."));
        }

        try
        {
            var (bytes, problem) = await ask.Body(Export);
            return (bytes.ToArray(), problem);
        }
        catch (InvalidDataException)
        {
            return ([], new Answer.Problem(400, "otlp.malformed", "The body is not gzip."));
        }
    }

    private static Answer Receipt(IReadOnlyCollection<OtlpReceipt> receipts)
    {
        if (receipts.Select(receipt => receipt.Malformed).FirstOrDefault(reason => reason is not null) is { } malformed)
        {
            return new Answer.Problem(400, "otlp.malformed", $"Nothing was taken: {malformed}.");
        }

        var errors = receipts.SelectMany(receipt => receipt.Errors).Distinct().ToArray();
        return errors.Length == 0
            ? new Answer.Ok(new { })
            : new Answer.Ok(new { partialSuccess = new { rejectedDataPoints = receipts.Sum(receipt => receipt.Rejected).ToString(System.Globalization.CultureInfo.InvariantCulture), errorMessage = string.Join("; ", errors) } });
    }
}
