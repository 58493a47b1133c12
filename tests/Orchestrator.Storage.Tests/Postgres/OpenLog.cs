using Npgsql;
using Orchestrator.Storage.Postgres;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>A log as one process of a cluster has it open.</summary>
internal sealed class OpenLog : IAsyncDisposable
{
    private OpenLog(PostgresStore store, PostgresEventLog log)
    {
        Store = store;
        Log = log;
    }

    public PostgresStore Store { get; }

    public PostgresEventLog Log { get; }

    public static async Task<OpenLog> On(
        string database, TimeProvider? time = null, Func<NpgsqlTransaction, CancellationToken, Task>? commit = null)
    {
        var store = await PostgresStore.Open(database);
        return new OpenLog(store, await PostgresEventLog.On(store, time ?? TimeProvider.System, commit));
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        await Store.DisposeAsync();
    }
}
