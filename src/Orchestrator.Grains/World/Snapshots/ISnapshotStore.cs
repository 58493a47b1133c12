namespace Orchestrator.Grains.World.Snapshots;

/// <summary>
/// Keeps snapshots of worlds: a text that lists parts, and parts by the hash of their content, which snapshots share. A cache: all of it
/// may be missing, damaged or deleted at any time. It is no part of a backup.
/// </summary>
public interface ISnapshotStore
{
    /// <summary>Names of all snapshots, in no order.</summary>
    Task<IReadOnlyList<string>> List(CancellationToken stop = default);

    /// <summary>The text of a snapshot; null when there is none of that name.</summary>
    Task<string?> Read(string name, CancellationToken stop = default);

    /// <summary>A part by its name; null when there is none.</summary>
    Task<byte[]?> Part(string name, CancellationToken stop = default);

    /// <summary>Bytes that the log takes in its store.</summary>
    Task<long> LogBytes(CancellationToken stop = default);

    /// <summary>The turn to write; null while another process has it. Disposing ends it.</summary>
    Task<ISnapshotTurn?> Turn(CancellationToken stop = default);
}

/// <summary>Turn of the one process that writes snapshots.</summary>
public interface ISnapshotTurn : IAsyncDisposable
{
    /// <summary>Bytes of each part by its name.</summary>
    Task<IReadOnlyDictionary<string, long>> Parts(CancellationToken stop = default);

    /// <summary>Writes a part; one of that name is replaced.</summary>
    Task Put(string name, ReadOnlyMemory<byte> part, CancellationToken stop = default);

    /// <summary>Writes a snapshot whose parts are all written; one of that name is replaced.</summary>
    Task Commit(string name, string text, CancellationToken stop = default);

    /// <summary>Deletes snapshots. Their parts stay.</summary>
    Task Remove(IReadOnlyCollection<string> names, CancellationToken stop = default);

    /// <summary>Deletes parts.</summary>
    Task Sweep(IReadOnlyCollection<string> parts, CancellationToken stop = default);
}
