using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Orleans.Storage;

namespace Orchestrator.Storage.Azure;

/// <summary>
/// The container as Orleans' provider sees it: each state keeps the blob name that every build of this product gave it, so that states of
/// earlier builds are read, and nodes of both builds work on the same blobs (decision 64).
/// </summary>
internal sealed class StateContainer(BlobContainerClient container) : BlobContainerClient, IBlobContainerFactory
{
    public override string Name => container.Name;

    public override Uri Uri => container.Uri;

    public BlobContainerClient GetBlobContainerClient(GrainId grainId) => this;

    // The host has created the container before the silo starts.
    public Task InitializeAsync(BlobServiceClient client) => Task.CompletedTask;

    public override BlobClient GetBlobClient(string blobName) => new StateBlob(container.GetBlobClient(StateNames.OfProvider(blobName)));

    public override Task<Response<BlobContainerInfo>> CreateIfNotExistsAsync(
        PublicAccessType publicAccessType = PublicAccessType.None, IDictionary<string, string>? metadata = null,
        BlobContainerEncryptionScopeOptions? encryptionScopeOptions = null, CancellationToken cancellationToken = default) =>
        container.CreateIfNotExistsAsync(publicAccessType, metadata, encryptionScopeOptions, cancellationToken);
}
