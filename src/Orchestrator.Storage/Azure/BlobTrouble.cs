using Azure;
using Azure.Identity;
using Azure.Storage.Blobs;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Azure;

/// <summary>What the service or the way to it says, as one sentence for the operator.</summary>
internal static class BlobTrouble
{
    /// <summary>Whether the service was not there or did not want to, as opposed to a state that moved on or a mistake of ours.</summary>
    public static bool Is(Exception e) =>
        e is RequestFailedException or AggregateException or AuthenticationFailedException or HttpRequestException or OperationCanceledException;

    public static StorageUnavailableException Sentence(BlobContainerClient container, Exception e)
    {
        var where = $"Azure Blob Storage at {container.Uri.GetLeftPart(UriPartial.Path)}";
        return new(
            LastCause(e) switch
            {
                AuthenticationFailedException => $"This process has no identity for {where}: give it a managed identity, or set Orchestrator:Azure:ConnectionString.",
                RequestFailedException { Status: 401 or 403 } refused => $"{where} refuses this process ({refused.ErrorCode}): check the account key, or the role of its identity.",
                RequestFailedException { Status: > 0 } failed => $"{where} answers {failed.Status} ({failed.ErrorCode}).",
                OperationCanceledException => $"{where} did not answer in time: check the address and the network.",
                var cause => $"{where} cannot be reached: {cause.GetBaseException().Message}.",
            },
            e);
    }

    // Of several tries the last.
    private static Exception LastCause(Exception e) => e is AggregateException tries ? LastCause(tries.InnerExceptions[^1]) : e;
}
