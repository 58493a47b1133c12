using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orchestrator.Api.Diagnostics;

/// <summary>Metrics and traces of the API.</summary>
internal static class Telemetry
{
    public const string Name = "Orchestrator";

    private static readonly Meter Meter = new(Name);

    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Without tags: this one is on the hot path.</summary>
    public static Histogram<double> Evaluations { get; } = Meter.CreateHistogram<double>(
        "orchestrator.evaluation.duration", "s", "Time of an OFREP request; their count is that of answers served",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
            0.05, 0.25, 1]
        });

    /// <summary>Counted at each decision: an answer that is decided again before it is sent counts twice.</summary>
    public static Counter<long> StaleAnswers { get; } = Meter.CreateCounter<long>(
        "orchestrator.answers.stale", "{answer}", "Answers with the reason STALE");

    public static UpDownCounter<long> Streams { get; } = Meter.CreateUpDownCounter<long>(
        "orchestrator.streams", "{stream}", "Event streams of clients that are open");

    public static UpDownCounter<long> Connections { get; } = Meter.CreateUpDownCounter<long>(
        "orchestrator.connections", "{connection}", "Connections of clients that are open");

    public static Counter<long> ConnectionsClosed { get; } = Meter.CreateCounter<long>(
        "orchestrator.connections.closed", "{connection}", "Connections closed because too many are open that showed no key");

    public static Counter<long> Refused { get; } = Meter.CreateCounter<long>(
        "orchestrator.refused", "{request}", "Requests answered 401 or 403 before anything was done, by key and route");

    public static Histogram<double> Requests { get; } = Meter.CreateHistogram<double>(
        "orchestrator.request.duration", "s", "Time of an API request by operation and outcome");
}
