using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Orchestrator.Storage.Azure;

/// <summary>
/// A state's blob as Orleans' provider sees it. A write carries a mark: when its answer is lost, the client's retry meets what the first
/// attempt wrote, and the mark tells that from a write of another node.
/// </summary>
internal sealed class StateBlob(BlobClient blob) : BlobClient
{
    private const string Mark = "write";

    public override string Name => blob.Name;

    public override string BlobContainerName => blob.BlobContainerName;

    public override Uri Uri => blob.Uri;

    public override Task<Response<BlobDownloadResult>> DownloadContentAsync() => blob.DownloadContentAsync();

    public override Task<Response<BlobDownloadResult>> DownloadContentAsync(CancellationToken cancellationToken) =>
        blob.DownloadContentAsync(cancellationToken);

    public override Task<Response<BlobDownloadStreamingResult>> DownloadStreamingAsync(
        BlobDownloadOptions? options = null, CancellationToken cancellationToken = default) =>
        blob.DownloadStreamingAsync(options, cancellationToken);

    public override async Task<Response<BlobContentInfo>> UploadAsync(
        BinaryData content, BlobUploadOptions options, CancellationToken cancellationToken = default)
    {
        var mark = Guid.NewGuid().ToString("N");
        options.Metadata = new Dictionary<string, string> { [Mark] = mark };
        options.HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" };
        try
        {
            return await blob.UploadAsync(content, options, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            if (await Written(mark, cancellationToken).ConfigureAwait(false) is { } written)
            {
                return written;
            }

            throw;
        }
    }

    public override async Task<Response<bool>> DeleteIfExistsAsync(
        DeleteSnapshotsOption snapshotsOption = DeleteSnapshotsOption.None, BlobRequestConditions? conditions = null,
        CancellationToken cancellationToken = default)
    {
        // A state that another node has deleted meanwhile is a conflict for a grain that knew it: 404 is thrown here.
        var answer = await blob.DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, conditions, cancellationToken).ConfigureAwait(false);
        return Response.FromValue(true, answer);
    }

    private async Task<Response<BlobContentInfo>?> Written(string mark, CancellationToken stop)
    {
        try
        {
            var found = await blob.GetPropertiesAsync(cancellationToken: stop).ConfigureAwait(false);
            return found.Value.Metadata.TryGetValue(Mark, out var writer) && writer == mark
                ? Response.FromValue(
                    BlobsModelFactory.BlobContentInfo(found.Value.ETag, found.Value.LastModified, null, null, null, null, 0),
                    found.GetRawResponse())
                : null;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}
