using System.Net;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Orchestrator.Api;
using Orchestrator.Grains.Rollouts;

namespace Orchestrator.Silo;

/// <summary>Metrics of the process, at <c>/metrics</c> in Prometheus' text format.</summary>
internal static class ProcessMetrics
{
    private const string Path = "/metrics";

    /// <param name="services">The host's services.</param>
    /// <param name="node">Id of the node: <c>service.instance.id</c>.</param>
    /// <param name="version">Version of the build.</param>
    public static void AddOwnMetrics(this IServiceCollection services, string node, string version) => services.AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService("rollout-orchestrator", serviceVersion: version, serviceInstanceId: node))
        .WithMetrics(metrics =>
        {
            // Not ASP.NET Core's own: they cost the hot path more than they add to ours.
            metrics.AddMeter("Orchestrator", "System.Runtime").AddPrometheusExporter();
            foreach (var instrument in RolloutGauges.Instruments)
            {
                metrics.AddView(instrument, new MetricStreamConfiguration { CardinalityLimit = RolloutGauges.MostSets });
            }
        });

    /// <summary>Needs the permission to read; with <paramref name="open"/> no key on this machine.</summary>
    public static void UseOwnMetrics(this WebApplication app, bool open) => app.UseWhen(
        http => http.Request.Path == Path,
        metrics =>
        {
            metrics.UseWhen(http => !(open && http.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from)),
                guarded => guarded.UseReadersOnly());
            metrics.UseOpenTelemetryPrometheusScrapingEndpoint(Path);
        });
}
