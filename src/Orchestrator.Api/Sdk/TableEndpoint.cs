using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Time;

namespace Orchestrator.Api.Sdk;

/// <summary>
/// The routing table of the key's environment, and how long it may be used. What is granted stands in the headers, so that a 304 grants anew:
/// it is what is left of this node's own lease, and the client counts it from before it asked.
/// </summary>
internal static class TableEndpoint
{
    public const string Timeline = "Orchestrator-Timeline";
    public const string Position = "Orchestrator-Position";

    /// <summary>Milliseconds for which the table may be used; 0 of a stale node.</summary>
    public const string Granted = "Orchestrator-Granted";

    /// <summary>Milliseconds since the reading of the log's head that the grant rests on.</summary>
    public const string Age = "Orchestrator-Age";

    /// <summary>Of a node whose users are coming back after a stale time: how many of 100,000 are back.</summary>
    public const string Returned = "Orchestrator-Returned";

    /// <summary>Of such a node: milliseconds for which it had been stale at the most.</summary>
    public const string Past = "Orchestrator-Past";

    /// <summary>Orchestrator seconds in a real one; not sent where they are the same.</summary>
    public const string Speed = "Orchestrator-Speed";

    public static void MapSdk(this IEndpointRouteBuilder app)
    {
        var sdk = app.MapGroup("/sdk/v1");
        sdk.MapQuery(
            "/table", "The routing table of the key's environment for SDKs, with what is left of the node's lease; ?format= says what the client reads, ?have= names tags of members that it has",
            (request, _) => Environment(request) is { } environment ? new ApiResult.Written(http => Write(http, environment)) : NoEnvironment, Permission.Table);
        sdk.MapQuery(
            "/stream", "News that the table of the key's environment changed, for SDKs: the table itself is at /sdk/v1/table",
            (request, _) => Environment(request) is { } environment ? TableStream.Open(request, environment) : NoEnvironment, Permission.Table);
    }

    private static ApiResult.Problem NoEnvironment { get; } = new(403, "access.no_environment", "The key is bound to no environment.");

    private static string? Environment(Query request) => request.Http.Features.Get<Caller>()!.Environment;

    private static async Task Write(HttpContext http, string name)
    {
        var services = http.RequestServices;
        var (node, settings) = (services.GetRequiredService<INodeStanding>(), services.GetRequiredService<LeaseSettings>());
        var (tables, documents) = (services.GetRequiredService<IRoutingTables>(), services.GetRequiredService<TableDocuments>());
        var has = http.Request.Query["have"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        var format = Format(http.Request.Query["format"]);
        var headers = http.Response.Headers;
        string tag;
        Func<TableText> text;
        Ground ground;
        do
        {
            // The ground before the table: what is promised of the table holds of this one.
            ground = node.Now();
            var table = tables.Current;
            (tag, text) = documents.Of(table.Environment(name), name, ground.Standing.Unwatched, has, format);
            var age = ground.Standing.IsStale ? settings.Lease : ground.Since.Age(settings.Time);
            headers[Timeline] = Number(table.Timeline);
            headers[Position] = Number(table.Position);
            headers[Granted] = Number(Math.Max(0, (settings.Lease - age).Ticks / TimeSpan.TicksPerMillisecond));
            headers[Age] = Number((long)Math.Ceiling(age.TotalMilliseconds));
        }
        while (!node.Holds(ground));

        if (ground.Standing is { IsReturning: true } returning)
        {
            headers[Returned] = Number(returning.Returned);
            headers[Past] = Number((long)Math.Ceiling(returning.Past.TotalMilliseconds));
        }

        if (services.GetRequiredService<OrchestratorClock>().Speed is var speed and not 1)
        {
            headers[Speed] = speed.ToString(CultureInfo.InvariantCulture);
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

    /// <summary>The newest that both know. Clients that name none are of the time when there was one.</summary>
    private static int Format(string? asked) =>
        int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var format) ? Math.Clamp(format, TableDocument.First, TableDocument.Format) : TableDocument.First;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
