using System.Diagnostics.Metrics;

namespace Orchestrator.Grains.Telemetry;

/// <summary>Metrics of the engine.</summary>
internal static class Measures
{
    public static readonly Meter Meter = new("Orchestrator");

    public static readonly Counter<long> Events = Meter.CreateCounter<long>("orchestrator.log.events", "{event}", "Events appended to the log by this process");

    public static readonly Counter<long> Rounds = Meter.CreateCounter<long>("orchestrator.rounds", "{round}", "Evaluation rounds completed");

    public static readonly Counter<long> Samples = Meter.CreateCounter<long>("orchestrator.samples", "{sample}", "Metric samples by outcome");

    public static readonly Histogram<double> Pushes = Meter.CreateHistogram<double>(
        "orchestrator.push.acknowledged", "s", "Time until another silo acknowledged a push",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
            2]
        });

    public static readonly Counter<long> SourceQueries = Meter.CreateCounter<long>("orchestrator.source.queries", "{query}", "Queries to metric sources by outcome");

    public static readonly Counter<long> Notifications = Meter.CreateCounter<long>(
        "orchestrator.notifications", "{notification}", "Notifications queued and delivery attempts, by outcome");
}
