using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Sqlite;
using Orchestrator.Storage.Tests.Contracts;

namespace Orchestrator.Storage.Tests.Sqlite;

/// <summary>The embedded log keeps the contract.</summary>
public sealed class SqliteEventLogTests : EventLogContract
{
    private readonly Folder _folder = new();
    private SqliteStore? _store;

    public override async ValueTask DisposeAsync()
    {
        await _store!.DisposeAsync();
        _folder.Dispose();
    }

    protected override Task<IEventLog> Open()
    {
        _store = SqliteStore.Open(_folder.Path, NullLogger.Instance);
        return Task.FromResult<IEventLog>(SqliteEventLog.On(_store, TimeProvider.System));
    }

    protected override async Task<IEventLog> Reopen()
    {
        await _store!.DisposeAsync();
        return await Open();
    }
}
