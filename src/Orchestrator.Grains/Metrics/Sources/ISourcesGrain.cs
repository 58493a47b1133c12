namespace Orchestrator.Grains.Metrics.Sources;

/// <summary>
/// Asks the sources of one rollout for as long as it is watched, and brings what they say through the same door as pushed samples. A grain
/// of its own: one in a cluster, and whatever a source does, it stands before no rollback.
/// </summary>
public interface ISourcesGrain : IGrainWithStringKey
{
    /// <summary>Begins to ask, if it does not yet.</summary>
    Task Watch();

    /// <summary>How each source fares; those never asked are not in it.</summary>
    Task<SourceStatus[]> Status();
}

/// <summary>How a source fares.</summary>
/// <param name="Name">Its name in the plan.</param>
/// <param name="State"><c>ok</c>, <c>partly</c>, <c>waiting</c> or <c>failing</c>; the last also when no round has ended for three polls.</param>
/// <param name="LastRound">When it was last asked.</param>
/// <param name="LastSuccess">When it last gave evidence; null when it never did since the process started.</param>
/// <param name="LastError">When something last failed; null when nothing did.</param>
/// <param name="Error">What; null when nothing did.</param>
/// <param name="Queries">Each query, as of the last round.</param>
public sealed record SourceStatus(
    string Name, string State, DateTimeOffset LastRound, DateTimeOffset? LastSuccess, DateTimeOffset? LastError, string? Error, QueryStatus[] Queries);

/// <summary>How a query fared in the last round.</summary>
public sealed record QueryStatus(string Series, string Variant, string Traffic, string? Segment, string State, string Text);
