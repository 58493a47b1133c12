using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Orchestrator.Grains.Checkpoints;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Azure;

/// <summary>
/// A container that gets a blob for each checkpoint, never replaced: <c>{timeline}/{position}-{ticks}.json</c> with leading zeros, so that the last name
/// is the newest. A policy of the container (immutability, lifecycle) says how long they stay.
/// </summary>
internal sealed class AzureCheckpointSink(BlobContainerClient container) : ICheckpointSink
{
    private string? _newest;
    private bool _exists;

    public string Name => $"container {container.Uri.GetLeftPart(UriPartial.Path)}";

    public Task<CheckpointFile?> Newest(CancellationToken stop) => Ask(async () =>
    {
        await EnsureExists(stop).ConfigureAwait(false);
        string? last = null;

        // What was read or put before bounds what is listed.
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, _newest?[..(_newest.IndexOf('/') + 1)], stop).ConfigureAwait(false))
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
        var name = string.Create(CultureInfo.InvariantCulture, $"{checkpoint.Timeline:D12}/{checkpoint.Position:D19}-{checkpoint.At.UtcTicks:D19}.json");
        await container.GetBlobClient(name).UploadAsync(
            BinaryData.FromBytes(file.Write()), new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } }, stop).ConfigureAwait(false);
        return null;
    });

    // Asked first: who may use a container may often not make one.
    private async Task EnsureExists(CancellationToken stop)
    {
        if (!_exists && !await container.ExistsAsync(stop).ConfigureAwait(false))
        {
            await container.CreateIfNotExistsAsync(cancellationToken: stop).ConfigureAwait(false);
        }

        _exists = true;
    }

    private async Task<T> Ask<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException && BlobTrouble.Is(e))
        {
            throw BlobTrouble.Sentence(container, e);
        }
    }
}
