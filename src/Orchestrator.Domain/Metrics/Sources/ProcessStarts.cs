using System.Collections.Immutable;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>Times at which the processes behind an answer started, where their targets tell.</summary>
/// <param name="ByTarget">Unix seconds; of several processes of one target the newest.</param>
/// <param name="Error">Why they are not known; null when the question was answered.</param>
public sealed record ProcessStarts(ImmutableDictionary<string, double> ByTarget, string? Error)
{
    /// <summary>The series that client libraries of Prometheus show beside their own.</summary>
    public const string Series = "process_start_time_seconds";

    /// <summary>An answer to the question for the starts of the processes behind other values.</summary>
    public static ProcessStarts Of(VectorReading reading) => new(
        reading.Points.Where(point => double.IsFinite(point.Value)).GroupBy(point => point.Target).ToImmutableDictionary(target => target.Key, target => target.Max(point => point.Value)),
        reading.Error);
}
