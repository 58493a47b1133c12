using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;

namespace Orchestrator.Storage.Azure;

/// <summary>Where grain state lies; shaped like the options of Microsoft.Orleans.Persistence.AzureStorage, which replaces them when it can be had.</summary>
internal sealed class AzureBlobStorageOptions
{
    public string ContainerName { get; set; } = "grainstate";

    public BlobServiceClient? BlobServiceClient { get; set; }
}

/// <summary>Registers it, by the name and shape that the package has.</summary>
internal static class AzureBlobGrainStorageRegistration
{
    public static IServiceCollection AddAzureBlobGrainStorageAsDefault(this IServiceCollection services, Action<AzureBlobStorageOptions> configure)
    {
        services.AddGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (provider, _) =>
        {
            var options = new AzureBlobStorageOptions();
            configure(options);
            return new AzureBlobGrainStorage(options, provider.GetRequiredService<IActivatorProvider>());
        });
        return services;
    }
}
