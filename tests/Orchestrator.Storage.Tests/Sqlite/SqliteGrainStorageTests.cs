using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage.Sqlite;
using Orchestrator.Storage.Tests.Contracts;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Tests.Sqlite;

/// <summary>The grain state of the embedded store keeps the contract.</summary>
public sealed class SqliteGrainStorageTests : GrainStorageContract
{
    private readonly Folder folder = new();
    private SqliteStore? store;

    protected override async Task<IGrainStorage> Open(IActivatorProvider activators)
    {
        await Shut();
        store = SqliteStore.Open(folder.Path, NullLogger.Instance);
        return new SqliteGrainStorage(store, activators);
    }

    protected override async ValueTask Close()
    {
        await Shut();
        folder.Dispose();
    }

    private ValueTask Shut() => store?.DisposeAsync() ?? ValueTask.CompletedTask;
}
