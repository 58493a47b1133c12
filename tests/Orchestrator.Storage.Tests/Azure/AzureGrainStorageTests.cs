using Orchestrator.Storage.Tests.Contracts;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Tests.Azure;

/// <summary>Grain state in blobs keeps the contract.</summary>
public sealed class AzureBlobStateTests(Azurite azurite) : GrainStorageContract, IClassFixture<Azurite>
{
    private readonly string _container = "contract-" + Guid.NewGuid().ToString("N");

    protected override Task<IGrainStorage> Open(IActivatorProvider activators) =>
        AzureStates.Open(azurite.Settings(container: _container), activators);

    protected override async ValueTask Close() =>
        await azurite.Settings(container: _container).Blobs().DeleteBlobContainerAsync(_container);
}

/// <summary>Grain state in a table keeps the contract; a row is smaller than a blob.</summary>
public sealed class AzureTableStateTests(Azurite azurite) : GrainStorageContract, IClassFixture<Azurite>
{
    private readonly string _table = "contract" + Guid.NewGuid().ToString("N");

    /// <summary>About what a row holds, once it is base64 in JSON.</summary>
    protected override int LargeState => 700_000;

    protected override Task<IGrainStorage> Open(IActivatorProvider activators) => AzureStates.Open(azurite.Table(_table), activators);

    protected override async ValueTask Close() => await azurite.Table(_table).Tables().DeleteTableAsync(_table);
}
