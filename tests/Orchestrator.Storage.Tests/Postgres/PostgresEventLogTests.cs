using Orchestrator.Grains.Log;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Tests.Contracts;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>The log of a cluster keeps the contract.</summary>
public sealed class PostgresEventLogTests(SharedServer shared) : EventLogContract
{
    private string? _database;
    private PostgresStore? _store;
    private PostgresEventLog? _log;

    public override ValueTask DisposeAsync() => Close();

    protected override async Task<IEventLog> Open()
    {
        _database ??= await shared.Database();
        _store = await PostgresStore.Open(_database);
        return _log = await PostgresEventLog.On(_store, TimeProvider.System);
    }

    protected override async Task<IEventLog> Reopen()
    {
        await Close();
        return await Open();
    }

    private async ValueTask Close()
    {
        await _log!.DisposeAsync();
        await _store!.DisposeAsync();
    }
}
