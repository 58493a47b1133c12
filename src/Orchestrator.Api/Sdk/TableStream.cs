using System.Collections.Frozen;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Api.Streams;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Sdk;

/// <summary>
/// Change notifications for SDKs (server-sent events): only that there is another table, never the table and never a grant. A client
/// without a stream loses only speed; a refused one keeps polling.
/// </summary>
internal static class TableStream
{
    public static ApiResult Open(Query request, string environment) =>
        request.Service<StreamAdmission>().TryEnter(request.Caller.KeyId, StreamClient.Server, out var full) is { } place
        ? new ApiResult.Written(http => Follow(http, request.Caller, environment, place))
        : new ApiResult.Problem(503, "sdk.too_many_streams", full, RetryAfter: StreamAdmission.SecondsToWait());

    private static async Task Follow(HttpContext http, Caller caller, string environment, IDisposable place)
    {
        var services = http.RequestServices;
        try
        {
            var world = services.GetRequiredService<IWorld>();
            using var stream =
                await EventStream.Open(http, services.GetRequiredService<LeaseSettings>().Time, () => caller.MayStill(world.Current));
            var (tables, node, signal) = (services.GetRequiredService<IRoutingTables>(), services.GetRequiredService<ITableTrust>(),
                services.GetRequiredService<TableChangeSignal>());

            // The first event has the node's version: a client that was disconnected compares.
            (long Timeline, EnvironmentTable? Table, FrozenSet<string>? Unwatched)? sent = null;
            while (true)
            {
                var (next, table) = (signal.Next, tables.Current);
                var now = (table.Timeline, table.Environment(environment), node.Now().Trust.Unwatched);
                if (sent != now)
                {
                    stream.Add(string.Create(CultureInfo.InvariantCulture, $"{table.Timeline}-{table.Position}"), "{}"u8, "table");
                    sent = now;
                }

                await stream.Rest(next);
            }
        }
        catch (OperationCanceledException)
        {
            // The client disconnected, its key ended, or the silo stops.
        }
        finally
        {
            place.Dispose();
        }
    }
}
