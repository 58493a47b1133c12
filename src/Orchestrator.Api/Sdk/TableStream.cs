using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Sdk;

/// <summary>
/// News for SDKs (server-sent events): that there is another table, never the table and never a grant. A client that hears nothing loses
/// only speed.
/// </summary>
internal static class TableStream
{
    /// <summary>Streams of one process; whoever is turned away goes on asking by the clock.</summary>
    private const int Most = 10_000;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static int _open;

    public static Answer Open(HttpContext http, string environment)
    {
        if (Interlocked.Increment(ref _open) > Most)
        {
            Interlocked.Decrement(ref _open);
            return new Answer.Problem(503, "sdk.too_many_streams", "This node has as many streams as it takes.", RetryAfter: 10);
        }

        return new Answer.Written(_ => Follow(http, environment));
    }

    private static async Task Follow(HttpContext http, string environment)
    {
        // A stream never ends by itself: without this a stop would wait for its time-out.
        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        try
        {
            await Follow(http, environment, ends.Token);
        }
        catch (OperationCanceledException)
        {
            // The client went, or the silo stops.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private static async Task Follow(HttpContext http, string environment, CancellationToken stop)
    {
        var (world, tables) = (http.RequestServices.GetRequiredService<IWorld>(), http.RequestServices.GetRequiredService<IRoutingTables>());
        var node = http.RequestServices.GetRequiredService<INodeStanding>();
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        // The first event says where the node stands: a client that was away compares.
        (EnvironmentTable? Table, object? Unwatched)? told = null;
        while (true)
        {
            var table = tables.Current;
            var now = (table.Environment(environment), (object?)node.Now().Standing.Unwatched);
            var line = told == now ? ": still here\n\n" : string.Create(CultureInfo.InvariantCulture, $"event: table\nid: {table.Timeline}-{table.Position}\ndata: {{}}\n\n");
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line), stop);
            await http.Response.Body.FlushAsync(stop);
            told = now;
            await News(world, tables, table, environment, stop);
        }
    }

    /// <summary>Until this environment changes, or it is time for a sign of life.</summary>
    private static async Task News(IWorld world, IRoutingTables tables, RoutingTable table, string environment, CancellationToken stop)
    {
        var since = TimeProvider.System.GetTimestamp();
        var (known, seen) = (table.Environment(environment), table.Position);
        while (TimeProvider.System.GetElapsedTime(since) < KeepAlive)
        {
            await world.WaitFor(seen + 1, KeepAlive - TimeProvider.System.GetElapsedTime(since), stop);
            var current = tables.Current;
            if (current.Timeline != table.Timeline || !ReferenceEquals(current.Environment(environment), known))
            {
                return;
            }

            seen = current.Position;
        }
    }
}
