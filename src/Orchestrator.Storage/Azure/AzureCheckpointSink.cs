using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Checkpoints;

namespace Orchestrator.Storage.Azure;

/// <summary>
/// A container of checkpoints, a blob each, never replaced: <c>{timeline}/{position}-{ticks}.json</c> with leading zeros, so that the
/// last name is the newest checkpoint. A policy of the container (immutability, lifecycle) decides how long they stay.
/// </summary>
internal sealed class AzureCheckpointSink(BlobContainerClient container) : ICheckpointSink
{
    private readonly AzureResource _resource = AzureResource.Of(container);
    private string? _newest;
    private bool _exists;

    public string Name => $"container {container.Uri.GetLeftPart(UriPartial.Path)}";

    public Task<CheckpointFile?> Newest(CancellationToken stop) => Ask(async () =>
    {
        await EnsureExists(stop).ConfigureAwait(false);
        string? last = null;

        // The timeline of the newest known checkpoint bounds the list.
        var timeline = _newest?[..(_newest.IndexOf('/') + 1)];
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, timeline, stop).ConfigureAwait(false))
        {
            last = string.CompareOrdinal(blob.Name, last) > 0 ? blob.Name : last;
        }

        if (last is null)
        {
            return null;
        }

        _newest = last;
        var content = await container.GetBlobClient(last).DownloadContentAsync(stop).ConfigureAwait(false);
        return CheckpointFile.Read(content.Value.Content.ToMemory().Span);
    });

    public Task Put(CheckpointFile file, CancellationToken stop) => Ask<object?>(async () =>
    {
        await EnsureExists(stop).ConfigureAwait(false);
        var checkpoint = file.Checkpoint;
        var name = string.Create(
            CultureInfo.InvariantCulture, $"{checkpoint.Timeline:D12}/{checkpoint.Position:D19}-{checkpoint.At.UtcTicks:D19}.json");
        var upload = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
        await container.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(file.Write()), upload, stop).ConfigureAwait(false);
        return null;
    });

    private async Task EnsureExists(CancellationToken stop)
    {
        if (!_exists)
        {
            await _resource.Ensure(stop).ConfigureAwait(false);
            _exists = true;
        }
    }

    private async Task<T> Ask<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException && AzureErrors.Is(e))
        {
            throw AzureErrors.Sentence(_resource.Name, e);
        }
    }
}
