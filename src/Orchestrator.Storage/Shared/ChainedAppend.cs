using Orchestrator.Domain.Events;

namespace Orchestrator.Storage.Shared;

/// <summary>One append, checked and copied. It makes its events, each with its hash, once the end of its stream is known.</summary>
internal sealed class ChainedAppend
{
    private readonly NewEvent[] _events;
    private readonly AppendMetadata _metadata;

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
        _metadata = metadata with { At = metadata.At.ToUniversalTime() };

        // A copy: the bytes that are hashed, stored and returned must be the same, even if the caller changes its buffer meanwhile.
        _events = [.. events.Select(e => e with { Data = e.Data.ToArray() })];
    }

    public string Stream { get; }

    public long ExpectedVersion { get; }

    /// <summary>The events, for a stream whose last hash is <paramref name="previous"/>. The store gives them their positions.</summary>
    public RecordedEvent[] After(ReadOnlyMemory<byte> previous)
    {
        var recorded = new RecordedEvent[_events.Length];
        for (var i = 0; i < _events.Length; i++)
        {
            recorded[i] = Chained(_events[i], ExpectedVersion + 1 + i, previous);
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
        At = _metadata.At,
        Actor = _metadata.Actor,
        Cause = _metadata.Cause,
        Correlation = _metadata.Correlation,
        CommandId = _metadata.CommandId,
        Data = e.Data,
        Hash = HashChain.Next(
            previous.Span, Stream, version, e.Id, e.Type, e.Schema, _metadata.At, _metadata.Actor, _metadata.Cause, _metadata.Correlation,
            _metadata.CommandId, e.Data.Span),
    };
}
