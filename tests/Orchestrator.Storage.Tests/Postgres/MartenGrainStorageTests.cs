using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Tests.Contracts;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>The grain state of a cluster keeps the contract.</summary>
public sealed class MartenGrainStorageTests(SharedServer shared) : GrainStorageContract
{
    private string? _database;
    private PostgresStore? _store;

    protected override async Task<IGrainStorage> Open(IActivatorProvider activators)
    {
        await Close();
        _store = await PostgresStore.Open(_database ??= await shared.Database());
        return new MartenGrainStorage(_store, activators);
    }

    protected override ValueTask Close() => _store?.DisposeAsync() ?? ValueTask.CompletedTask;
}
