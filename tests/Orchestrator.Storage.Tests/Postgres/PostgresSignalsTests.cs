using Orchestrator.Grains.Metrics.Signals;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Tests.Contracts;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>The signals of a cluster keep the contract.</summary>
public sealed class PostgresSignalsTests(SharedServer shared) : SignalStoreContract
{
    private PostgresStore? _store;

    protected override async Task<ISignalStore> Open()
    {
        _store = await PostgresStore.Open(await shared.Database());
        return new PostgresSignals(_store);
    }

    protected override ValueTask Close() => _store?.DisposeAsync() ?? ValueTask.CompletedTask;
}
