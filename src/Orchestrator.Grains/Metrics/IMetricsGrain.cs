using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Metrics;
using Orleans.Concurrency;

namespace Orchestrator.Grains.Metrics;

/// <summary>
/// The metric windows of one rollout. Takes samples, answers queries, calls no other grain: a flood of samples never delays a rollback.
/// </summary>
public interface IMetricsGrain : IGrainWithStringKey
{
    /// <summary>The most observations of one answer; when as many came, there may be more after the last.</summary>
    const int MostObservations = 500;

    /// <summary>
    /// Takes a body of samples (UTF-8 JSON). Accepted samples are durable when this returns. Null when there is no such rollout.
    /// </summary>
    Task<SampleReceipt?> Push([Immutable] byte[] body);

    /// <summary>
    /// Reads the plan in force again: an amendment may have brought other metrics. A query carries the plan and has the same effect.
    /// </summary>
    Task Follow();

    /// <summary>Counts reports of users to support, as a counter of that name.</summary>
    Task Count(string series, long count);

    /// <summary>Reason why every sample is refused; null after an accepted one, or when none arrived.</summary>
    Task<string?> Refused();

    /// <summary>API keys that pushed samples since the windows are on this node, the latest first; at most 50.</summary>
    Task<PusherStatus[]> Pushers();

    /// <summary>Notes that a push of the caller was refused before it became samples: an OTLP export.</summary>
    Task Refuse(int rejected, string reason);

    /// <summary>Answers the query at every sample time after <paramref name="after"/>, and at now where samples are silent.</summary>
    Task<Observation[]> Observe([Immutable] RoundQuery query, DateTimeOffset after);

    /// <summary>Answers queries as of now, for display. Empty when there is no such rollout.</summary>
    Task<MetricReading[]> Look([Immutable] MetricQuery[] queries);

    /// <summary>
    /// The points of one series, for display. One series a call: a round waits for one at most. Null when the windows are not here.
    /// </summary>
    Task<MetricSeries?> Series([Immutable] SeriesQuery query);

    /// <summary>
    /// The newest measurements, which are not among the kept signals yet, as a block of them. Null when the windows are not here.
    /// </summary>
    [AlwaysInterleave]
    Task<byte[]?> Newest();

    /// <summary>Metrics with samples. Null when the windows are not here.</summary>
    Task<MetricOnHand[]?> OnHand();
}

/// <summary>Result of a push of samples.</summary>
/// <param name="Accepted">Samples taken (a repeated one counts, and changes nothing).</param>
/// <param name="Rejected">Samples not taken; each has its errors.</param>
/// <param name="Errors">Reasons, by path.</param>
/// <param name="Warnings">Parts of accepted samples that were ignored, by path.</param>
/// <param name="Malformed">True when the body as a whole could not be read.</param>
public sealed record SampleReceipt(int Accepted, int Rejected, InputError[] Errors, InputError[] Warnings, bool Malformed = false);
