using Orchestrator.Domain.Events;

namespace Orchestrator.Storage.Tests;

/// <summary>Equality of recorded events by content; the record's own compares memory by reference.</summary>
internal sealed class SameEvent : IEqualityComparer<RecordedEvent>
{
    public static readonly SameEvent Instance = new();

    public bool Equals(RecordedEvent? x, RecordedEvent? y) => x is not null && y is not null
        && x.Data.Span.SequenceEqual(y.Data.Span)
        && x.Hash.Span.SequenceEqual(y.Hash.Span)
        && x.At.Offset == y.At.Offset
        && x with { Data = default, Hash = default } == y with { Data = default, Hash = default };

    public int GetHashCode(RecordedEvent e) => e.Id.GetHashCode();
}
