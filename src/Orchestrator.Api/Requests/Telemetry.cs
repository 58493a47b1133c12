using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orchestrator.Api.Requests;

/// <summary>What the API measures of itself.</summary>
internal static class Telemetry
{
    public const string Name = "Orchestrator";

    private static readonly Meter Meter = new(Name);

    public static ActivitySource Source { get; } = new(Name);

    public static Histogram<double> Requests { get; } = Meter.CreateHistogram<double>("orchestrator.request.duration", "s", "Time of an API request by operation and outcome");
}
