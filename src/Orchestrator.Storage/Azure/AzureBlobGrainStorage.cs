using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Orleans.Runtime;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Azure;

/// <summary>Grain state as JSON, a blob each. The blob's ETag is the state's: nobody writes over what he has not read.</summary>
internal sealed class AzureBlobGrainStorage(AzureBlobStorageOptions options, IActivatorProvider activators) : IGrainStorage
{
    // Windows of measurements may hold an infinity as a bound.
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private const string Write = "write";

    private readonly BlobContainerClient container = options.BlobServiceClient!.GetBlobContainerClient(options.ContainerName);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        try
        {
            var found = (await Blob(stateName, grainId).DownloadContentAsync().ConfigureAwait(false)).Value;
            grainState.State = JsonSerializer.Deserialize<T>(found.Content.ToMemory().Span, Json)!;
            grainState.ETag = found.Details.ETag.ToString();
            grainState.RecordExists = true;
        }
        catch (RequestFailedException e) when (Absent(e))
        {
            Forget(grainState);
        }
        catch (Exception e) when (BlobTrouble.Is(e))
        {
            throw BlobTrouble.Sentence(container, e);
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var data = BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(grainState.State, Json));
        var mark = Guid.NewGuid().ToString("N");
        var upload = new BlobUploadOptions
        {
            HttpHeaders = new() { ContentType = "application/json" },
            Metadata = new Dictionary<string, string> { [Write] = mark },
            Conditions = grainState.ETag is { } known ? new() { IfMatch = new ETag(known) } : new() { IfNoneMatch = ETag.All },
        };
        try
        {
            grainState.ETag = await Upload(Blob(stateName, grainId), data, upload, mark, grainState.ETag).ConfigureAwait(false);
            grainState.RecordExists = true;
        }
        catch (Exception e) when (BlobTrouble.Is(e))
        {
            throw BlobTrouble.Sentence(container, e);
        }
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        try
        {
            await Delete(Blob(stateName, grainId), grainState.ETag).ConfigureAwait(false);
            Forget(grainState);
        }
        catch (Exception e) when (BlobTrouble.Is(e))
        {
            throw BlobTrouble.Sentence(container, e);
        }
    }

    private static async Task Delete(BlobClient blob, string? known)
    {
        if (known is null)
        {
            // Clearing what is not there, by somebody who knows that, is already done.
            if (await Stored(blob).ConfigureAwait(false) is { } there)
            {
                throw Moved("clear", blob, there, null, null);
            }

            return;
        }

        try
        {
            await blob.DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, new() { IfMatch = new ETag(known) }).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (Refused(e) || Absent(e))
        {
            throw Moved("clear", blob, await Stored(blob).ConfigureAwait(false), known, e);
        }
    }

    private async Task<string> Upload(BlobClient blob, BinaryData data, BlobUploadOptions upload, string mark, string? known)
    {
        try
        {
            return (await blob.UploadAsync(data, upload).ConfigureAwait(false)).Value.ETag.ToString();
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound && known is null)
        {
            await container.CreateIfNotExistsAsync().ConfigureAwait(false);
            return (await blob.UploadAsync(data, upload).ConfigureAwait(false)).Value.ETag.ToString();
        }
        catch (RequestFailedException e) when (Refused(e) || Absent(e))
        {
            // When the answer to a write is lost the client tries again, and the second try meets what the first one wrote.
            var stored = await Stored(blob).ConfigureAwait(false);
            return stored is not null && stored.Metadata.TryGetValue(Write, out var writer) && writer == mark
                ? stored.ETag.ToString()
                : throw Moved("write", blob, stored, known, e);
        }
    }

    private static async Task<BlobProperties?> Stored(BlobClient blob)
    {
        try
        {
            return (await blob.GetPropertiesAsync().ConfigureAwait(false)).Value;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private static bool Absent(RequestFailedException e) => e.ErrorCode == BlobErrorCode.BlobNotFound || e.ErrorCode == BlobErrorCode.ContainerNotFound;

    private static bool Refused(RequestFailedException e) => e.Status == 412 || e.ErrorCode == BlobErrorCode.BlobAlreadyExists;

    private static InconsistentStateException Moved(string verb, BlobClient blob, BlobProperties? stored, string? known, Exception? cause)
    {
        var tag = stored?.ETag.ToString();
        return new($"Refused to {verb} the state {blob.Name}: it was read with tag {known ?? "(none)"} and now has {tag ?? "(none)"}.", tag, known, cause);
    }

    private BlobClient Blob(string stateName, GrainId grainId) => container.GetBlobClient(BlobNames.Of(stateName, grainId.ToString()));

    private void Forget<T>(IGrainState<T> grainState)
    {
        // No array is the empty one: its owner says what nothing is.
        grainState.State = typeof(T).IsArray ? default! : activators.GetActivator<T>().Create();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }
}
