namespace Orchestrator.Grains.Metrics.Sources;

/// <summary>
/// Polls the sources of one rollout for as long as it is watched, and passes their values on as pushed samples. A grain
/// of its own: one in a cluster, and a slow source never delays a rollback.
/// </summary>
public interface ISourcesGrain : IGrainWithStringKey
{
    /// <summary>Starts polling, if it has not started yet.</summary>
    Task Watch();

    /// <summary>Status of each source; those never polled are absent.</summary>
    Task<SourceStatus[]> Status();
}

/// <summary>Status of a source.</summary>
/// <param name="Name">Its name in the plan.</param>
/// <param name="State"><c>ok</c>, <c>partly</c>, <c>waiting</c> or <c>failing</c>; the last also when no round has ended for three
/// polls.</param>
/// <param name="LastRound">Time of the last poll.</param>
/// <param name="LastSuccess">Time of its last evidence; null when it gave none since the process started.</param>
/// <param name="LastError">Time of the last failure; null when there was none.</param>
/// <param name="Error">The last failure; null when there was none.</param>
/// <param name="Queries">Each query, as of the last round.</param>
public sealed record SourceStatus(
    string Name, string State, DateTimeOffset LastRound, DateTimeOffset? LastSuccess, DateTimeOffset? LastError, string? Error,
    QueryStatus[] Queries);

/// <summary>Result of a query in the last round.</summary>
public sealed record QueryStatus(string Series, string Variant, string Traffic, string? Segment, string State, string Text);
