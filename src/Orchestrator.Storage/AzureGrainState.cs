using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Checkpoints;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Azure;
using Orleans.Runtime.Hosting;

namespace Orchestrator.Storage;

/// <summary>The door to grain state in Azure Blob Storage. Events stay where they are.</summary>
public static class AzureGrainState
{
    /// <summary>
    /// Makes a container of blobs the default grain storage, whatever was it before. A host fails to start with
    /// <see cref="StorageUnavailableException"/> when the container can be neither found nor made, before anything else starts.
    /// </summary>
    public static IServiceCollection AddAzureGrainState(this IServiceCollection services, AzureGrainStateSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);

        // With Microsoft.Orleans.Persistence.AzureStorage this is its line; what it replaces here is AzureBlobGrainStorage and its options.
        services.AddAzureBlobGrainStorageAsDefault(options =>
        {
            options.BlobServiceClient = settings.Client();
            options.ContainerName = settings.Container;
        });
        return services.AddHostedService(_ => new ContainerAtStart(settings.Client().GetBlobContainerClient(settings.Container)));
    }

    /// <summary>Checkpoints go into a container of the same account too, a blob for each.</summary>
    public static IServiceCollection AddAzureCheckpoints(this IServiceCollection services, AzureGrainStateSettings settings, string container)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return services.AddSingleton<ICheckpointSink>(_ => new AzureCheckpointSink(settings.Client().GetBlobContainerClient(container)));
    }
}
