using System.Text.Json;
using Orchestrator.Samples.Chat.Faults;
using Orchestrator.Samples.Chat.Metering;
using Orchestrator.Samples.Chat.Rooms;
using Orchestrator.Samples.Chat.Routing;

namespace Orchestrator.Samples.Chat;

internal static class ChatEndpoints
{
    private const int LongestText = 1000;
    private const int LongestName = 48;

    public static void Map(WebApplication app)
    {
        app.MapPost("/rooms/{room}/messages", PostMessageAsync);
        app.MapGet("/rooms/{room}/messages", (string room, long? after, RoomBook rooms) => new { messages = rooms.Find(room)?.After(after ?? 0) ?? [] });
        app.MapPost("/admin/faults", SetFault);
        app.MapGet("/admin/faults", (FaultSwitch faults) => faults.Current);
        app.MapGet("/health", HealthAsync);
        app.MapGet("/health/legacy", LegacyHealthAsync);
        app.MapGet("/stats", Stats);
    }

    private static async Task<IResult> PostMessageAsync(string room, Post post, Posting posting, HttpContext context)
    {
        if (post.UserId is not { Length: > 0 and <= LongestName } || post.Text is not { Length: <= LongestText }
            || room.Length > LongestName)
        {
            return Results.Problem($"A message needs a userId and a room of at most {LongestName} characters and a text of at most {LongestText}.", statusCode: 422);
        }

        try
        {
            var posted = await posting.PostAsync(room, post, context.RequestAborted);
            return posted.Delivered is { } delivered
                ? Results.Json(new { posted.Path, delivered.Position, delivered.Message }, statusCode: 201)
                : Results.Json(new { posted.Path, posted.Error }, statusCode: 500);
        }
        catch (NotSupportedException e)
        {
            return Results.Problem(e.Message, statusCode: 415);
        }
        catch (JsonException e)
        {
            return Results.Problem(e.Message, statusCode: 400);
        }
    }

    private static IResult SetFault(Fault fault, FaultSwitch faults)
    {
        if (fault is { LatencyMs: < 0 or > 60_000 } or { ErrorRate: not (>= 0 and <= 1) })
        {
            return Results.Problem("latencyMs is 0 to 60000, errorRate 0 to 1.", statusCode: 422);
        }

        faults.Set(fault);
        return Results.Ok(faults.Current);
    }

    private static async Task<IResult> HealthAsync(ChatPaths paths, FaultSwitch faults, HttpContext context)
    {
        var works = await Task.WhenAll(
            LegacyWorksAsync(paths, faults, context.RequestAborted), Probe.WorksAsync(paths.New, context.RequestAborted));
        return Results.Json(new { legacy = works[0] ? "healthy" : "unhealthy", @new = works[1] ? "healthy" : "unhealthy" }, statusCode: works[0] ? 200 : 503);
    }

    /// <summary>The question of an orchestrator after a rollback: can legacy carry all users again?</summary>
    private static async Task<IResult> LegacyHealthAsync(ChatPaths paths, FaultSwitch faults, HttpContext context) =>
        await LegacyWorksAsync(paths, faults, context.RequestAborted)
            ? Results.Json(new { legacy = "healthy" })
            : Results.Json(new { legacy = "unhealthy" }, statusCode: 503);

    private static async Task<bool> LegacyWorksAsync(ChatPaths paths, FaultSwitch faults, CancellationToken stop) =>
        faults.Current.LegacyHealth && await Probe.WorksAsync(paths.Legacy, stop);

    private static object Stats(
        ChatPaths paths, OfrepClient ofrep, ShadowFlag shadow, Reporter reporter, Meters meters, FaultSwitch faults) => new
        {
            legacy = new { memory = paths.Legacy.Memory, totals = meters.Legacy.Totals() },
            @new = new { memory = paths.New.Memory, totals = meters.TotalsOfNew() },
            shadow = new { on = shadow.On, memory = paths.Shadow.Memory, totals = meters.Shadow.Totals() },
            routing = new { asked = ofrep.Asked, failed = ofrep.Failed },
            reports = new { pushed = reporter.Pushed, failed = reporter.Failed },
            fault = faults.Current,
        };
}
