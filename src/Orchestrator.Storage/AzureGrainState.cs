using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Checkpoints;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Azure;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;

namespace Orchestrator.Storage;

/// <summary>Registration of grain state in Azure, in blobs or in a table. Events stay where they are.</summary>
public static class AzureGrainState
{
    /// <summary>
    /// Makes a container of blobs, or a table, the default grain storage in place of the one registered before. A host fails to start with
    /// <see cref="StorageUnavailableException"/> when it can be neither found nor created, before anything else starts.
    /// </summary>
    public static IServiceCollection AddAzureGrainState(this IServiceCollection services, AzureGrainStateSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        services.AddGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (provider, name) =>
        {
            var activators = provider.GetRequiredService<IActivatorProvider>();
            return settings.Table is { } table
                ? AzureGrainStorage.InTable(name, settings.Tables(), table, activators)
                : AzureGrainStorage.InBlobs(name, settings.Blobs(), settings.Container, activators);
        });
        return services.AddHostedService(_ => new AzureResourceAtStart(settings.Table is { } table
            ? AzureResource.Of(settings.Tables(), table)
            : AzureResource.Of(settings.Blobs().GetBlobContainerClient(settings.Container))));
    }

    /// <summary>Puts checkpoints into a container of the same account too, a blob for each.</summary>
    public static IServiceCollection AddAzureCheckpoints(
        this IServiceCollection services, AzureGrainStateSettings settings, string container)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return services.AddSingleton<ICheckpointSink>(_ => new AzureCheckpointSink(settings.Blobs().GetBlobContainerClient(container)));
    }
}
