using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage.Azure;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Tests.Azure;

/// <summary>Grain state in Azure as a silo opens it.</summary>
internal static class AzureStates
{
    public static async Task<IGrainStorage> Open(
        AzureGrainStateSettings settings, IActivatorProvider activators, BlobServiceClient? blobs = null, TableServiceClient? tables = null)
    {
        var storage = settings.Table is { } table
            ? AzureGrainStorage.InTable("Default", tables ?? settings.Tables(), table, activators)
            : AzureGrainStorage.InBlobs("Default", blobs ?? settings.Blobs(), settings.Container, activators);
        await (settings.Table is { } made ? AzureResource.Of(settings.Tables(), made) : AzureResource.Of(Container(settings)))
            .Ensure(CancellationToken.None);
        var silo = new SiloLifecycleSubject(NullLogger<SiloLifecycleSubject>.Instance);
        storage.Participate(silo);
        await silo.OnStart(CancellationToken.None);
        return storage;
    }

    public static BlobContainerClient Container(AzureGrainStateSettings settings) =>
        settings.Blobs().GetBlobContainerClient(settings.Container);
}

/// <summary>One process's view of grain state in Azure.</summary>
internal sealed class States(AzureGrainStateSettings settings, BlobServiceClient? blobs = null, TableServiceClient? tables = null)
    : IDisposable
{
    private static readonly GrainId Grain = GrainId.Create("metrics", "r1");
    private readonly ServiceProvider _orleans = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private IGrainStorage? _storage;

    public BlobContainerClient Container => AzureStates.Container(settings);

    public TableClient Table => settings.Tables().GetTableClient(settings.Table);

    public async Task<GrainState<List<int>>> Read(string name = "window", string? grain = null)
    {
        var state = new GrainState<List<int>>();
        await (await Storage()).ReadStateAsync(name, grain is null ? Grain : GrainId.Create("metrics", grain), state);
        return state;
    }

    public async Task<GrainState<List<int>>> Write(int value, GrainState<List<int>>? over = null, string name = "window", string? grain = null)
    {
        var state = over ?? new();
        state.State = [value];
        await (await Storage()).WriteStateAsync(name, grain is null ? Grain : GrainId.Create("metrics", grain), state);
        return state;
    }

    public async Task Clear(GrainState<List<int>> state) => await (await Storage()).ClearStateAsync("window", Grain, state);

    public async Task<IGrainStorage> Storage() =>
        _storage ??= await AzureStates.Open(settings, _orleans.GetRequiredService<IActivatorProvider>(), blobs, tables);

    /// <summary>Deletes everything stored, behind the product's back.</summary>
    public async Task DeleteAll()
    {
        if (settings.Table is null)
        {
            await foreach (var blob in Container.GetBlobsAsync())
            {
                await Container.DeleteBlobAsync(blob.Name);
            }

            return;
        }

        await foreach (var row in Table.QueryAsync<TableEntity>())
        {
            await Table.DeleteEntityAsync(row.PartitionKey, row.RowKey);
        }
    }

    /// <summary>Deletes the container or the table itself.</summary>
    public async Task DeletePlace()
    {
        if (settings.Table is null)
        {
            await Container.DeleteAsync();
        }
        else
        {
            await Table.DeleteAsync();
        }
    }

    public void Dispose() => _orleans.Dispose();
}
