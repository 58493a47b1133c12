namespace Orchestrator.Domain.Events;

/// <summary>The end of a stream whose chain was computed from its first event, never copied from the store.</summary>
/// <param name="Version">Version of the newest event that fits; 0 before the first.</param>
/// <param name="Hash">The computed hash of that event; 32 bytes.</param>
public sealed record ChainEnd(long Version, ReadOnlyMemory<byte> Hash)
{
    /// <summary>Before the first event of a stream.</summary>
    public static readonly ChainEnd Origin = new(0, HashChain.Origin);

    /// <summary>
    /// True when the event is the next of the stream and carries the hash that follows from its content and from this end.
    /// </summary>
    public bool IsFollowedBy(RecordedEvent next) =>
        next.Version == Version + 1 && HashChain.Expected(Hash.Span, next).AsSpan().SequenceEqual(next.Hash.Span);

    /// <summary>The end after an event that fits.</summary>
    public static ChainEnd Of(RecordedEvent last) => new(last.Version, last.Hash);
}
