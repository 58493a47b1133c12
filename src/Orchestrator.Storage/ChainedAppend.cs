using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage;

/// <summary>What one append asks for, checked and copied, and the events it makes once the end of its stream is known.</summary>
internal sealed class ChainedAppend
{
    private readonly NewEvent[] events;
    private readonly AppendMetadata metadata;

    public ChainedAppend(string stream, long expectedVersion, IReadOnlyList<NewEvent> events, AppendMetadata metadata)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(expectedVersion);
        if (events.Count == 0)
        {
            throw new ArgumentException("An append has at least one event.", nameof(events));
        }

        Stream = stream;
        ExpectedVersion = expectedVersion;
        this.metadata = metadata with { At = metadata.At.ToUniversalTime() };

        // A copy: what is hashed, stored and returned must be the same bytes, whatever the caller does with his buffer meanwhile.
        this.events = [.. events.Select(e => e with { Data = e.Data.ToArray() })];
    }

    public string Stream { get; }

    public long ExpectedVersion { get; }

    /// <summary>The events after a stream that ends with <paramref name="previous"/>; positions are the store's to give.</summary>
    public RecordedEvent[] After(ReadOnlyMemory<byte> previous)
    {
        var recorded = new RecordedEvent[events.Length];
        for (var i = 0; i < events.Length; i++)
        {
            recorded[i] = Chained(events[i], ExpectedVersion + 1 + i, previous);
            previous = recorded[i].Hash;
        }

        return recorded;
    }

    private RecordedEvent Chained(NewEvent e, long version, ReadOnlyMemory<byte> previous) => new()
    {
        Position = 0,
        Stream = Stream,
        Version = version,
        Id = e.Id,
        Type = e.Type,
        Schema = e.Schema,
        At = metadata.At,
        Actor = metadata.Actor,
        Cause = metadata.Cause,
        Correlation = metadata.Correlation,
        CommandId = metadata.CommandId,
        Data = e.Data,
        Hash = HashChain.Next(
            previous.Span, Stream, version, e.Id, e.Type, e.Schema, metadata.At, metadata.Actor, metadata.Cause, metadata.Correlation,
            metadata.CommandId, e.Data.Span),
    };
}
