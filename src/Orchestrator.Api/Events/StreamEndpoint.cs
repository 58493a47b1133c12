using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Api.Streams;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Events;

/// <summary>Events as they happen (server-sent events). The id of each is its position, so a client that comes back misses none.</summary>
internal static class StreamEndpoint
{
    private const int Batch = 500;

    public static void MapStream(this IEndpointRouteBuilder api) => api.MapQuery(
        "/stream", "Stream of events as they happen; ?rollout= for one rollout, ?type= for some types, Last-Event-ID or ?after= to resume after a position", Open);

    private static ApiResult Open(Query request, World world)
    {
        var headers = request.Http.Request.Headers;
        var query = request.Http.Request.Query;
        var text = headers.TryGetValue("Last-Event-ID", out var last) ? last.ToString() : query.TryGetValue("after", out var after) ? after.ToString() : null;
        var from = world.Position;
        if (text is not null && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out from))
        {
            return ApiResult.Invalid("Last-Event-ID", $"must be the position of an event, but is '{text}'");
        }

        if (EventTypes.Read(query, out var types) is { } unknown)
        {
            return unknown;
        }

        // A position beyond this node's head comes from a node that is ahead, or from a log before a restore: in both cases events after
        // the head are new.
        from = Math.Min(from, world.Position);
        var stream = query.TryGetValue("rollout", out var rollout) ? RolloutEvents.Stream(rollout.ToString()) : null;
        return request.Service<StreamAdmission>().TryEnter(request.Caller.KeyId, StreamClient.Reader, out var full) is { } place
            ? new ApiResult.Written(http => Follow(http, request.Caller, stream, types, from, place))
            : new ApiResult.Problem(503, "stream.too_many_streams", full, RetryAfter: StreamAdmission.SecondsToWait());
    }

    private static async Task Follow(HttpContext http, Caller caller, string? name, EventTypes types, long position, IDisposable place)
    {
        var (log, world) = (http.RequestServices.GetRequiredService<IEventLog>(), http.RequestServices.GetRequiredService<IWorld>());
        try
        {
            using var stream = await EventStream.Open(http, TimeProvider.System, () => caller.MayStill(world.Current));
            while (true)
            {
                // An event sent here can be queried here: none is sent before this node's own view has it.
                var known = world.Current.Position;
                while (position < known)
                {
                    position =
                        await Send(stream, await log.ReadAll(position, Batch, stream.Ends), name, types, known, world.Current.Access);
                }

                await world.WaitFor(position + 1, stream.Patience, stream.Ends);
                await stream.Beat();
            }
        }
        catch (OperationCanceledException)
        {
            // The client disconnected, its key ended, or the silo stops.
        }
        catch (StorageUnavailableException)
        {
            // The log is unavailable: the stream ends, and its client resumes after the last id.
        }
        finally
        {
            place.Dispose();
        }
    }

    /// <summary>Sends the events up to the known position; returns the position to resume after.</summary>
    private static async Task<long> Send(
        EventStream stream, IReadOnlyList<RecordedEvent> batch, string? name, EventTypes types, long known, AccessState access)
    {
        foreach (var one in batch.Where(one => one.Position <= known && (name is null || one.Stream == name) && types.Include(one.Type)))
        {
            stream.Add(one.Position.ToString(CultureInfo.InvariantCulture), EventView.Json(one, access), EventView.Name(one.Type));
        }

        await stream.Flush();
        return batch.Count < Batch ? known : Math.Min(known, batch[^1].Position);
    }
}
