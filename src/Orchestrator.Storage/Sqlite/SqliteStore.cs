using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Files;

namespace Orchestrator.Storage.Sqlite;

/// <summary>The open file: one writer, any number of readers, and the lock of the folder.</summary>
internal sealed class SqliteStore : IAsyncDisposable, IDisposable
{
    private const int IdleReaders = 8;

    private readonly ConcurrentBag<Session> _readers = [];
    private readonly DataFolder _folder;
    private readonly GroupCommit _writer;
    private int _disposed;

    private SqliteStore(DataFolder folder, GroupCommit writer)
    {
        _folder = folder;
        _writer = writer;
    }

    /// <summary>The folder, as a full path.</summary>
    public string Folder => _folder.Path;

    /// <summary>Locks the folder, opens or creates the file in it and checks its schema.</summary>
    /// <param name="dataFolder">Created when missing.</param>
    /// <param name="logger">Gets failed commits.</param>
    /// <param name="commit">Replaces the commit; tests put faults here.</param>
    /// <exception cref="DataFolderInUseException">Another process has the folder.</exception>
    /// <exception cref="StoreRefusedException">The file is of a newer version, damaged, of another program, missing where there was one,
    /// or cannot be written.</exception>
    public static SqliteStore Open(string dataFolder, ILogger logger, Action<Session>? commit = null)
    {
        var database = Path.Combine(Path.GetFullPath(dataFolder), DataFolder.DatabaseName);
        try
        {
            return Claimed(DataFolder.Claim(dataFolder), logger, commit);
        }
        catch (Exception e) when (StoreFile.Refusal(database, e) is { } refusal)
        {
            throw refusal;
        }
    }

    private static SqliteStore Claimed(DataFolder folder, ILogger logger, Action<Session>? commit)
    {
        Session? session = null;
        try
        {
            EmbeddedBackup.Check(folder);
            StoreFile.Check(folder);
            PrivateFiles.Touch(folder.Database);
            using (var look = Session.Reading(folder.Database))
            {
                Schema.RefuseForeign(look, folder.Database);
            }

            session = Session.Writing(folder.Database);
            Schema.Ensure(session, folder.Database);
            folder.RememberLog();
            return new SqliteStore(folder, new GroupCommit(folder.Database, session, logger, commit ?? (s => s.Execute("COMMIT"))));
        }
        catch
        {
            session?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="GroupCommit.Write"/>
    public Task<T> Write<T>(Func<Session, T> work, Action<T>? committed = null, CancellationToken stop = default) =>
        _writer.Write(work, committed, stop);

    /// <summary>
    /// Reads on the thread of the caller, never on the pool: the reading of the log's head renews the lease of the node, and must not
    /// wait for a busy pool.
    /// </summary>
    public Task<T> Read<T>(Func<Session, T> read, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(stop);
        }

        try
        {
            return Task.FromResult(Read(read));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(stop);
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        // Readers first: an open reader would keep the write-ahead log from being emptied.
        CloseReaders();
        await _writer.Close().ConfigureAwait(false);
        _folder.Dispose();
    }

    private T Read<T>(Func<Session, T> read)
    {
        ObjectDisposedException.ThrowIf(_disposed == 1, this);
        var session = _readers.TryTake(out var idle) ? idle : Session.Reading(_folder.Database);
        try
        {
            var result = read(session);
            if (_readers.Count < IdleReaders)
            {
                _readers.Add(session);
                session = null;
            }

            return result;
        }
        finally
        {
            // Not returned to the idle ones: there are enough, or it failed and may be broken.
            session?.Dispose();
            if (_disposed == 1)
            {
                CloseReaders();
            }
        }
    }

    private void CloseReaders()
    {
        while (_readers.TryTake(out var session))
        {
            session.Dispose();
        }
    }
}
