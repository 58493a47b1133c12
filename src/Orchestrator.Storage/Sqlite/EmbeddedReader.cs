using Orchestrator.Domain.Events;

namespace Orchestrator.Storage.Sqlite;

/// <summary>The log of an embedded store, opened for reading only. The process that owns the store may run meanwhile.</summary>
public sealed class EmbeddedReader : IDisposable
{
    private readonly string _database;
    private readonly Session _session;

    private EmbeddedReader(string database, Session session) => (_database, _session) = (database, session);

    /// <exception cref="StoreRefusedException">There is no store in the folder, or it cannot be read.</exception>
    public static EmbeddedReader Open(string dataFolder)
    {
        var database = Path.Combine(Path.GetFullPath(dataFolder), DataFolder.DatabaseName);
        if (!File.Exists(database) || new FileInfo(database).Length == 0)
        {
            throw new StoreRefusedException($"There is no store in {Path.GetFullPath(dataFolder)}.");
        }

        return new EmbeddedReader(database, Session.Reading(database));
    }

    /// <summary>Position of the newest event; 0 for an empty log.</summary>
    public long Head() => Ask(EventRows.Head);

    /// <summary>Timeline of the log.</summary>
    public long Timeline() => Ask(SqliteLogHead.Timeline);

    /// <summary>Events with a position above <paramref name="afterPosition"/>, ascending, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int limit, CancellationToken stop) =>
        Task.FromResult(Ask(open => EventRows.OfAll(open, afterPosition, limit, stop)));

    /// <inheritdoc />
    public void Dispose() => _session.Dispose();

    private T Ask<T>(Func<Session, T> question)
    {
        try
        {
            return question(_session);
        }
        catch (Exception e) when (StoreFile.Refusal(_database, e) is { } refusal)
        {
            throw refusal;
        }
    }
}
