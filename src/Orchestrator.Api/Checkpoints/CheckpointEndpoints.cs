using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Integrity;
using Orchestrator.Api.Requests;
using Orchestrator.Grains.Checkpoints;

namespace Orchestrator.Api.Checkpoints;

/// <summary>Signed checkpoints of the whole log: created here, stored elsewhere, verified here.</summary>
internal static class CheckpointEndpoints
{
    private static readonly BodyKind Document = new(1024 * 1024, "application/json");

    public static void MapCheckpoints(this IEndpointRouteBuilder api)
    {
        api.Ask("/checkpoint", "Create a signed checkpoint of the log: end of each stream", ExpensiveReads.Of(async (ask, _) =>
        {
            try
            {
                var file = await ask.Service<Grains.Checkpoints.Checkpoints>().Take(ask.Stop);
                return new Answer.Written(http =>
                {
                    http.Response.ContentType = "application/json";
                    return http.Response.Body.WriteAsync(file.Write(), http.RequestAborted).AsTask();
                });
            }
            catch (LogChangedException changed)
            {
                return new Answer.Problem(409, "log.changed", $"{changed.Message} A log that was changed after it was written is not signed.");
            }
        }));
        api.AskWith(Document, "/checkpoint/verify", "Verify that the log still has everything of a checkpoint", async (ask, _) =>
        {
            var (body, problem) = await ask.Body(Document);
            if (problem is not null)
            {
                return problem;
            }

            // The body first: a slow one must not hold a turn.
            return await ExpensiveReads.Run(ask, () => Compare(ask, body));
        });
    }

    private static async Task<Answer> Compare(Ask ask, ReadOnlyMemory<byte> body)
    {
        try
        {
            var file = CheckpointFile.Read(body.Span);
            var (signed, found) = await ask.Service<Grains.Checkpoints.Checkpoints>().Compare(file, ask.Stop);
            return new Answer.Ok(new
            {
                intact = signed && found.IsIntact, signed, streams = file.Checkpoint.Streams.Count,
                missing = found.Missing.Select(one => new { one.Stream, one.Expected, one.Found, one.Cut, one.Text }),
                broken = found.Report.Broken.Select(VerifyEndpoints.Shown),
            });
        }
        catch (InvalidDataException e)
        {
            return Answer.Invalid("", e.Message);
        }
    }
}
