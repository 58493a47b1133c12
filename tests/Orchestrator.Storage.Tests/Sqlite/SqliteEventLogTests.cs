using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Sqlite;
using Orchestrator.Storage.Tests.Contracts;

namespace Orchestrator.Storage.Tests.Sqlite;

/// <summary>The embedded log keeps the contract.</summary>
public sealed class SqliteEventLogTests : EventLogContract
{
    private readonly Folder folder = new();
    private SqliteStore? store;

    public override async ValueTask DisposeAsync()
    {
        await store!.DisposeAsync();
        folder.Dispose();
    }

    protected override Task<IEventLog> Open()
    {
        store = SqliteStore.Open(folder.Path, NullLogger.Instance);
        return Task.FromResult<IEventLog>(SqliteEventLog.On(store, TimeProvider.System));
    }

    protected override async Task<IEventLog> Reopen()
    {
        await store!.DisposeAsync();
        return await Open();
    }
}
