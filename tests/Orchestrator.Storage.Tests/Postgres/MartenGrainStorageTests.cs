using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Tests.Contracts;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>The grain state of a cluster keeps the contract.</summary>
public sealed class MartenGrainStorageTests(SharedServer shared) : GrainStorageContract
{
    private string? database;
    private PostgresStore? store;

    protected override async Task<IGrainStorage> Open(IActivatorProvider activators)
    {
        await Close();
        store = await PostgresStore.Open(database ??= await shared.Database());
        return new MartenGrainStorage(store, activators);
    }

    protected override ValueTask Close() => store?.DisposeAsync() ?? ValueTask.CompletedTask;
}
