using Orchestrator.Grains.Log;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Tests.Contracts;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>The log of a cluster keeps the contract.</summary>
public sealed class PostgresEventLogTests(SharedServer shared) : EventLogContract
{
    private string? database;
    private PostgresStore? store;
    private PostgresEventLog? log;

    public override ValueTask DisposeAsync() => Close();

    protected override async Task<IEventLog> Open()
    {
        database ??= await shared.Database();
        store = await PostgresStore.Open(database);
        return log = await PostgresEventLog.On(store, TimeProvider.System);
    }

    protected override async Task<IEventLog> Reopen()
    {
        await Close();
        return await Open();
    }

    private async ValueTask Close()
    {
        await log!.DisposeAsync();
        await store!.DisposeAsync();
    }
}
