using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Sqlite;

/// <summary>One append: checks the version, chains the hashes, writes the rows. Runs inside the writer's transaction.</summary>
internal sealed class Append
{
    private readonly string stream;
    private readonly long expectedVersion;
    private readonly NewEvent[] events;
    private readonly AppendMetadata metadata;

    public Append(string stream, long expectedVersion, IReadOnlyList<NewEvent> events, AppendMetadata metadata)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(expectedVersion);
        if (events.Count == 0)
        {
            throw new ArgumentException("An append has at least one event.", nameof(events));
        }

        this.stream = stream;
        this.expectedVersion = expectedVersion;
        this.metadata = metadata with { At = metadata.At.ToUniversalTime() };

        // A copy: what is hashed, stored and returned must be the same bytes, whatever the caller does with his buffer meanwhile.
        this.events = [.. events.Select(e => e with { Data = e.Data.ToArray() })];
    }

    public AppendOutcome Apply(Session session)
    {
        var (version, hash) = EventRows.Tip(session, stream);
        if (version != expectedVersion)
        {
            return new AppendOutcome.Conflict(version);
        }

        var recorded = new RecordedEvent[events.Length];
        for (var i = 0; i < events.Length; i++)
        {
            recorded[i] = EventRows.Insert(session, Chained(events[i], ++version, hash));
            hash = recorded[i].Hash;
        }

        return new AppendOutcome.Appended(recorded);
    }

    private RecordedEvent Chained(NewEvent e, long version, ReadOnlyMemory<byte> previous) => new()
    {
        Position = 0,
        Stream = stream,
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
            previous.Span, stream, version, e.Id, e.Type, e.Schema, metadata.At, metadata.Actor, metadata.Cause, metadata.Correlation,
            metadata.CommandId, e.Data.Span),
    };
}
