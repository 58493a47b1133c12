using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Integrity;
using Orchestrator.Api.Requests;
using Orchestrator.Grains.Checkpoints;

namespace Orchestrator.Api.Checkpoints;

/// <summary>Signed checkpoints of the whole log: taken here, kept elsewhere, compared here.</summary>
internal static class CheckpointEndpoints
{
    private static readonly BodyKind Document = new(1024 * 1024, "application/json");

    public static void MapCheckpoints(this IEndpointRouteBuilder api)
    {
        api.MapQuery("/checkpoint", "A signed checkpoint of the log: where each stream ends", ExpensiveReads.Of(async (request, _) =>
        {
            try
            {
                var file = await request.Service<Grains.Checkpoints.Checkpoints>().Take(request.Stop);
                return new ApiResult.Written(http =>
                {
                    http.Response.ContentType = "application/json";
                    return http.Response.Body.WriteAsync(file.Write(), http.RequestAborted).AsTask();
                });
            }
            catch (LogChangedException changed)
            {
                return new ApiResult.Problem(409, "log.changed", $"{changed.Message} Nothing is signed of a log that is not as it was written.");
            }
        }));
        api.MapPost(
            Document, "/checkpoint/verify", "Whether the log still holds all that a checkpoint says",
            ExpensiveReads.Of((request, _) => Compare(request)));
    }

    private static async Task<ApiResult> Compare(Query request)
    {
        try
        {
            var file = CheckpointFile.Read(request.Body.Span);
            var (signed, found) = await request.Service<Grains.Checkpoints.Checkpoints>().Compare(file, request.Stop);
            return new ApiResult.Ok(new
            {
                intact = signed && found.IsIntact, signed, streams = file.Checkpoint.Streams.Count,
                missing = found.Missing.Select(one => new { one.Stream, one.Expected, one.Found, one.Cut, one.Text }),
                broken = found.Report.Broken.Select(VerifyEndpoints.Shown),
            });
        }
        catch (InvalidDataException e)
        {
            return ApiResult.Invalid("", e.Message);
        }
    }
}
