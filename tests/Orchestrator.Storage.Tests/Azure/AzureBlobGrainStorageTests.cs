using Orchestrator.Storage.Azure;
using Orchestrator.Storage.Tests.Contracts;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Tests.Azure;

/// <summary>Grain state in Azure keeps the contract.</summary>
public sealed class AzureBlobGrainStorageTests(Azurite azurite) : GrainStorageContract, IClassFixture<Azurite>
{
    private readonly string container = "contract-" + Guid.NewGuid().ToString("N");

    protected override async Task<IGrainStorage> Open(IActivatorProvider activators)
    {
        var client = azurite.Settings(container: container).Client();
        await client.GetBlobContainerClient(container).CreateIfNotExistsAsync();
        return new AzureBlobGrainStorage(new() { BlobServiceClient = client, ContainerName = container }, activators);
    }

    protected override async ValueTask Close() => await azurite.Settings(container: container).Client().DeleteBlobContainerAsync(container);
}
