using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace Orchestrator.Storage.Azure;

/// <summary>A container of blobs or a table that the product needs.</summary>
/// <param name="Name">Service and address, for the operator; without credentials.</param>
/// <param name="Ensure">Finds it, or creates it.</param>
internal sealed record AzureResource(string Name, Func<CancellationToken, Task> Ensure)
{
    public static AzureResource Of(BlobContainerClient container) => new(
        $"Azure Blob Storage at {container.Uri.GetLeftPart(UriPartial.Path)}",
        async stop =>
        {
            // Asked first: an identity that may use a container may often not create one.
            if (!await container.ExistsAsync(stop).ConfigureAwait(false))
            {
                await container.CreateIfNotExistsAsync(cancellationToken: stop).ConfigureAwait(false);
            }
        });

    public static AzureResource Of(TableServiceClient service, string table) => new(
        $"Azure Table Storage at {service.Uri.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{table}",
        stop => service.CreateTableIfNotExistsAsync(table, stop));

    /// <summary>Does some work on it. An outage or a refusal of the service becomes one sentence for the operator.</summary>
    /// <exception cref="Grains.Log.StorageUnavailableException">The service did not do it.</exception>
    public async Task<T> Ask<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (AzureErrors.Is(e))
        {
            throw AzureErrors.Sentence(Name, e);
        }
    }

    /// <inheritdoc cref="Ask{T}"/>
    public Task Ask(Func<Task> work) => Ask<object?>(async () =>
    {
        await work().ConfigureAwait(false);
        return null;
    });
}
