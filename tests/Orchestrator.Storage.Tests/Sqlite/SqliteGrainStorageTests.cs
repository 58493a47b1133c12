using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage.Sqlite;
using Orchestrator.Storage.Tests.Contracts;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Tests.Sqlite;

/// <summary>The grain state of the embedded store keeps the contract.</summary>
public sealed class SqliteGrainStorageTests : GrainStorageContract
{
    private readonly Folder _folder = new();
    private SqliteStore? _store;

    protected override async Task<IGrainStorage> Open(IActivatorProvider activators)
    {
        await Shut();
        _store = SqliteStore.Open(_folder.Path, NullLogger.Instance);
        return new SqliteGrainStorage(_store, activators);
    }

    protected override async ValueTask Close()
    {
        await Shut();
        _folder.Dispose();
    }

    private ValueTask Shut() => _store?.DisposeAsync() ?? ValueTask.CompletedTask;
}
