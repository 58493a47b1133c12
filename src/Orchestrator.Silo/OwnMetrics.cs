using System.Net;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Orchestrator.Api;

namespace Orchestrator.Silo;

/// <summary>What the process measures of itself, at <c>/metrics</c> in Prometheus' text format.</summary>
internal static class OwnMetrics
{
    private const string Path = "/metrics";

    /// <param name="services">The host's services.</param>
    /// <param name="node">Id of the node: <c>service.instance.id</c>.</param>
    /// <param name="version">Version of the build.</param>
    public static void AddOwnMetrics(this IServiceCollection services, string node, string version) => services.AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService("rollout-orchestrator", serviceVersion: version, serviceInstanceId: node))
        .WithMetrics(metrics => metrics
        // Not ASP.NET Core's own: they cost the hot path more than they tell beside ours.
        .AddMeter("Orchestrator", "System.Runtime")
        .AddPrometheusExporter());

    /// <summary>For whoever may read; with <paramref name="open"/> for everybody on this machine.</summary>
    public static void UseOwnMetrics(this WebApplication app, bool open) => app.UseWhen(
        http => http.Request.Path == Path,
        metrics =>
        {
            metrics.UseWhen(http => !(open && http.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from)), guarded => guarded.UseReadersOnly());
            metrics.UseOpenTelemetryPrometheusScrapingEndpoint(Path);
        });
}
