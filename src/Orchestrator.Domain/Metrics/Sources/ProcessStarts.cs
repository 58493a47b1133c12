using System.Collections.Immutable;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>Start times of the processes behind an answer, for targets that report them.</summary>
/// <param name="ByTarget">Unix seconds; of several processes of one target the newest.</param>
/// <param name="Error">Reason why they are unknown; null when the query was answered.</param>
public sealed record ProcessStarts(ImmutableDictionary<string, double> ByTarget, string? Error)
{
    /// <summary>The series that client libraries of Prometheus export beside the others.</summary>
    public const string Series = "process_start_time_seconds";

    /// <summary>An answer to the query for the start times of the processes behind other values.</summary>
    public static ProcessStarts Of(VectorReading reading) => new(
        reading.Points.Where(point => double.IsFinite(point.Value)).GroupBy(point => point.Target)
            .ToImmutableDictionary(target => target.Key, target => target.Max(point => point.Value)),
        reading.Error);
}
