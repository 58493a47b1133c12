using System.Collections.Immutable;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Metrics.Samples;

/// <summary>Content of a pushed body.</summary>
/// <param name="Samples">Readable samples; times and repeats are judged by <see cref="MetricWindows.Add(IEnumerable{Sample}, DateTimeOffset)"/>.</param>
/// <param name="Rejected">One error for each unreadable sample.</param>
/// <param name="Malformed">Reason why the whole body could not be read; null when it could.</param>
public sealed record SampleBatch(ImmutableArray<Sample> Samples, ImmutableArray<InputError> Rejected, InputError? Malformed);
