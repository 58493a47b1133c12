using Orchestrator.Domain.Events;

namespace Orchestrator.Grains.Log;

/// <summary>
/// The one event log. Implementations pass one contract test suite. Positions become visible in
/// order: a reader that has seen position P never later finds an event below P.
/// </summary>
public interface IEventLog
{
    /// <summary>
    /// Appends <paramref name="events"/> (at least one) as one atomic, durable unit after version <paramref name="expectedVersion"/>
    /// of <paramref name="stream"/> (0 for a new stream). Returns only when the outcome is known, or <see cref="AppendOutcome.Unknown"/>.
    /// </summary>
    Task<AppendOutcome> Append(
        string stream, long expectedVersion, IReadOnlyList<NewEvent> events, AppendMetadata metadata, CancellationToken stop = default);

    /// <summary>Events of one stream with a version above <paramref name="afterVersion"/>, ascending, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<RecordedEvent>> ReadStream(
        string stream, long afterVersion = 0, int limit = int.MaxValue, CancellationToken stop = default);

    /// <summary>Events of one stream written by the command, ascending; empty when it was never applied.</summary>
    Task<IReadOnlyList<RecordedEvent>> FindCommand(string stream, string commandId, CancellationToken stop = default);

    /// <summary>Events of all streams with a position above <paramref name="afterPosition"/>, ascending, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int limit, CancellationToken stop = default);

    /// <summary>Position of the newest visible event; 0 for an empty log.</summary>
    Task<long> Head(CancellationToken stop = default);

    /// <summary>
    /// Completes when an event above <paramref name="afterPosition"/> may be visible (at once if there is one already), at the
    /// latest after a poll interval of a second: a wake-up, no guarantee. The caller reads the log to see.
    /// </summary>
    Task WaitForNews(long afterPosition, CancellationToken stop = default);
}

/// <summary>Outcome of an append.</summary>
public abstract record AppendOutcome
{
    private AppendOutcome()
    {
    }

    /// <summary>Durable, in this order.</summary>
    public sealed record Appended(IReadOnlyList<RecordedEvent> Events) : AppendOutcome;

    /// <summary>The stream is at <paramref name="ActualVersion"/>; nothing was written.</summary>
    public sealed record Conflict(long ActualVersion) : AppendOutcome;

    /// <summary>The connection was lost while committing. Resolve it by <see cref="IEventLog.FindCommand"/>.</summary>
    public sealed record Unknown(string Reason) : AppendOutcome;
}
