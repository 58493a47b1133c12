using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Events;

/// <summary>Events as they happen (server-sent events). The id of each is its position, so a client that comes back misses none.</summary>
internal static class StreamEndpoint
{
    private const int Batch = 500;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public static void MapStream(this IEndpointRouteBuilder api) => api.Ask(
        "/stream", "Events as they happen; ?rollout= for one rollout, Last-Event-ID or ?after= to go on after a position", Open);

    private static Answer Open(Ask ask, World world)
    {
        var headers = ask.Http.Request.Headers;
        var query = ask.Http.Request.Query;
        var text = headers.TryGetValue("Last-Event-ID", out var last) ? last.ToString() : query.TryGetValue("after", out var after) ? after.ToString() : null;
        var from = world.Position;
        if (text is not null && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out from))
        {
            return Answer.Invalid("Last-Event-ID", $"must be the position of an event, but is '{text}'");
        }

        var stream = query.TryGetValue("rollout", out var rollout) ? $"rollout/{rollout}" : null;
        return new Answer.Written(http => Follow(http, stream, from));
    }

    private static async Task Follow(HttpContext http, string? stream, long position)
    {
        var log = http.RequestServices.GetRequiredService<IEventLog>();
        // A stream never ends by itself: without this a stop would wait for its time-out.
        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        http.Response.ContentType = "text/event-stream";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await http.Response.WriteAsync(": open\n\n", ends.Token);
        await http.Response.Body.FlushAsync(ends.Token);
        var quietSince = TimeProvider.System.GetTimestamp();
        try
        {
            while (true)
            {
                var batch = await log.ReadAll(position, Batch, ends.Token);
                var wrote = false;
                foreach (var one in batch)
                {
                    position = one.Position;
                    if (stream is null || one.Stream == stream)
                    {
                        await Write(http, one, ends.Token);
                        wrote = true;
                    }
                }

                if (!wrote && TimeProvider.System.GetElapsedTime(quietSince) > KeepAlive)
                {
                    await http.Response.WriteAsync(": still here\n\n", ends.Token);
                    wrote = true;
                }

                if (wrote)
                {
                    await http.Response.Body.FlushAsync(ends.Token);
                    quietSince = TimeProvider.System.GetTimestamp();
                }

                if (batch.Count < Batch)
                {
                    await log.WaitForNews(position, ends.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client went, or the silo stops.
        }
        catch (StorageUnavailableException)
        {
            // The log is away: the stream ends, and whoever follows it asks again after the last id.
        }
    }

    private static async Task Write(HttpContext http, RecordedEvent one, CancellationToken stop)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"id: {one.Position}\nevent: {EventView.Name(one.Type)}\ndata: ");
        await http.Response.Body.WriteAsync((byte[])[.. Encoding.UTF8.GetBytes(head), .. EventView.Json(one), (byte)'\n', (byte)'\n'], stop);
    }
}
