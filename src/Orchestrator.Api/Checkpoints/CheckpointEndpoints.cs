using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Integrity;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Checkpoints;

namespace Orchestrator.Api.Checkpoints;

/// <summary>Signed checkpoints of the whole log: created here, stored elsewhere, verified here.</summary>
internal static class CheckpointEndpoints
{
    private static readonly BodyKind Document = new(1024 * 1024, "application/json");

    public static void MapCheckpoints(this IEndpointRouteBuilder api)
    {
        api.MapQuery("/checkpoint", "Create a signed checkpoint of the log: end of each stream", ExpensiveReads.Of(async (request, _) =>
        {
            try
            {
                var file = await request.Service<Grains.Checkpoints.Checkpoints>().Take(stop: request.Stop);
                return new ApiResult.Written(http =>
                {
                    http.Response.ContentType = "application/json";
                    return http.Response.Body.WriteAsync(file.Write(), http.RequestAborted).AsTask();
                });
            }
            catch (LogChangedException changed)
            {
                return new ApiResult.Problem(409, "log.changed", $"{changed.Message} A log that was changed after it was written is not signed.");
            }
        }));
        api.MapPost(
            Document, "/checkpoint/verify", "Verify that the log still has everything of a checkpoint",
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
                intact = signed && found.IsIntact,
                signed,
                streams = file.Checkpoint.Streams.Count,
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
