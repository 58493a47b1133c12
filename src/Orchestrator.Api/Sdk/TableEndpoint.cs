using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Sdk;

/// <summary>
/// The routing table of the key's environment, and its lease. The grant is in the headers, so that a 304 renews it:
/// it is the rest of this node's own lease, and the client counts it from before its request.
/// </summary>
internal static class TableEndpoint
{
    public const string Timeline = "Orchestrator-Timeline";
    public const string Position = "Orchestrator-Position";

    /// <summary>Milliseconds for which the table may be used; 0 from a stale node.</summary>
    public const string Granted = "Orchestrator-Granted";

    /// <summary>Milliseconds since the reading of the log's head behind the grant.</summary>
    public const string Age = "Orchestrator-Age";

    /// <summary>From a node whose users return after a stale time: the returned ones of 100,000.</summary>
    public const string Returned = "Orchestrator-Returned";

    /// <summary>From such a node: the longest time it had been stale, in milliseconds.</summary>
    public const string Past = "Orchestrator-Past";

    /// <summary>Orchestrator seconds in a real second; not sent when they are equal.</summary>
    public const string Speed = "Orchestrator-Speed";

    /// <summary>Secret of the environment for hashes of counted users, as 16 hex digits: clients count as nodes do.</summary>
    public const string People = "Orchestrator-People";

    public static void MapSdk(this IEndpointRouteBuilder app)
    {
        var sdk = app.MapGroup("/sdk/v1");
        sdk.MapQuery(
            "/table", "Get the routing table of the key's environment for SDKs, with the rest of the node's lease; ?format= is the format the client reads, ?have= the tags of members it has",
            (request, _) => Environment(request) is { } environment
                ? new ApiResult.Written(http => Write(http, environment))
                : NoEnvironment, Permission.Table);
        sdk.MapQuery(
            "/stream", "Change notifications of the key's environment, for SDKs; the table itself is at /sdk/v1/table",
            (request, _) => Environment(request) is { } environment ? TableStream.Open(request, environment) : NoEnvironment,
            Permission.Table);
    }

    private static ApiResult.Problem NoEnvironment { get; } = new(403, "access.no_environment", "The key is bound to no environment.");

    private static string? Environment(Query request) => request.Http.Features.Get<Caller>()!.Environment;

    private static async Task Write(HttpContext http, string name)
    {
        var services = http.RequestServices;
        var (node, settings) = (services.GetRequiredService<ITableTrust>(), services.GetRequiredService<LeaseSettings>());
        var (tables, documents) = (services.GetRequiredService<IRoutingTables>(), services.GetRequiredService<TableDocuments>());
        var has = http.Request.Query["have"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        var format = Format(http.Request.Query["format"]);
        var headers = http.Response.Headers;
        string tag;
        Func<TableText> text;
        TrustSnapshot snapshot;
        do
        {
            // The trust before the table, so that it holds for this table.
            snapshot = node.Now();
            var table = tables.Current;
            (tag, text) = documents.Of(table.Environment(name), name, snapshot.Trust.Unwatched, has, format);
            var now = settings.Time.ReadClocks();
            var lease = snapshot.Trust.IsStale ? null : snapshot.Lease;
            headers[Timeline] = Number(table.Timeline);
            headers[Position] = Number(table.Position);
            headers[Granted] = Number((lease?.Left(now) ?? TimeSpan.Zero).Ticks / TimeSpan.TicksPerMillisecond);
            headers[Age] = Number((long)Math.Ceiling((lease?.Since.Age(now) ?? settings.Lease).TotalMilliseconds));
        }
        while (!node.Holds(snapshot));

        if (snapshot.Trust is { IsReturning: true } returning)
        {
            headers[Returned] = Number(returning.Returned.Thousandths);
            headers[Past] = Number((long)Math.Ceiling(returning.Past.TotalMilliseconds));
        }

        if (services.GetRequiredService<OrchestratorClock>().Speed is var speed and not 1)
        {
            headers[Speed] = speed.ToString(CultureInfo.InvariantCulture);
        }

        if (tables.Current.Environment(name) is not null)
        {
            headers[People] = services.GetRequiredService<PeopleKeys>().Of(name).ToString("x16", CultureInfo.InvariantCulture);
        }

        headers.ETag = tag;
        headers.CacheControl = "no-store";
        if (ETags.Matches(http.Request.Headers.IfNoneMatch, tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var document = text();
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = document.Length;
        foreach (var piece in document.Pieces)
        {
            await http.Response.Body.WriteAsync(piece, http.RequestAborted);
        }
    }

    /// <summary>The newest format that both know. A client without ?format= is from the time of the first one.</summary>
    private static int Format(string? asked) =>
        int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var format)
            ? Math.Clamp(format, TableDocument.First, TableDocument.Format)
            : TableDocument.First;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
