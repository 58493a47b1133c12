using System.Collections.Immutable;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Metrics;

/// <summary>What a pushed body held.</summary>
/// <param name="Samples">Those that could be read; times and repeats are judged by <see cref="MetricWindows.Add(IEnumerable{Sample}, DateTimeOffset)"/>.</param>
/// <param name="Rejected">One for each sample that could not.</param>
/// <param name="Malformed">Why nothing of the body could be read; null when it could.</param>
public sealed record SampleBatch(ImmutableArray<Sample> Samples, ImmutableArray<InputError> Rejected, InputError? Malformed);
