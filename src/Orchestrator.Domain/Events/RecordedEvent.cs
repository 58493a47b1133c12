namespace Orchestrator.Domain.Events;

/// <summary>One event as the log stores it.</summary>
public sealed record RecordedEvent
{
    /// <summary>Place in the whole log, from 1, ascending without reuse.</summary>
    public required long Position { get; init; }

    /// <summary>The stream, for example <c>rollout/checkout</c>.</summary>
    public required string Stream { get; init; }

    /// <summary>Place in the stream, from 1, without gaps.</summary>
    public required long Version { get; init; }

    /// <summary>Unique id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Stable stored name, for example <c>rollout.percentage_raised</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Version of the shape of <see cref="Data"/>.</summary>
    public required int Schema { get; init; }

    /// <summary>Orchestrator time of the decision, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Actor that caused it.</summary>
    public required Actor Actor { get; init; }

    /// <summary>Cause of the event: the id of an event or of a request; null when it has none.</summary>
    public required string? Cause { get; init; }

    /// <summary>Correlation id, shared by every event that followed from one request.</summary>
    public required string? Correlation { get; init; }

    /// <summary>The command that decided it; a command that is retried under its id applies once.</summary>
    public required string CommandId { get; init; }

    /// <summary>The JSON of the event, byte for byte as it was hashed.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>SHA-256 over this event and the hash before it in its stream; 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }
}

/// <summary>One event that is to be appended; the log adds position, version and hash.</summary>
public sealed record NewEvent(Guid Id, string Type, int Schema, ReadOnlyMemory<byte> Data);

/// <summary>Common metadata of the events of one append.</summary>
public sealed record AppendMetadata(DateTimeOffset At, Actor Actor, string CommandId, string? Cause = null, string? Correlation = null);
