using System.Globalization;
using Azure;
using Azure.Identity;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Azure;

/// <summary>Errors of Azure Storage and of the network before it, each as one sentence for the operator.</summary>
internal static class AzureErrors
{
    /// <summary>True for an outage or a refusal of the service; false for an ETag conflict or a bug of the product.</summary>
    public static bool Is(Exception e) =>
        e is RequestFailedException or AggregateException or AuthenticationFailedException or HttpRequestException
            or OperationCanceledException;

    /// <param name="where">Service and address, without credentials.</param>
    /// <param name="e">An exception for which <see cref="Is"/> is true.</param>
    public static StorageUnavailableException Sentence(string where, Exception e) => new(
        LastCause(e) switch
        {
            AuthenticationFailedException =>
                $"This process has no identity for {where}: give it a managed identity, or set Orchestrator:Azure:ConnectionString.",
            RequestFailedException { Status: 401 or 403 } refused =>
                $"{where} refuses this process ({Code(refused)}): check the account key, or the role of its identity.",
            RequestFailedException { Status: > 0 } failed => $"{where} answers {failed.Status} ({Code(failed)}).",
            OperationCanceledException => $"{where} did not answer in time: check the address and the network.",
            var cause => $"{where} cannot be reached: {cause.GetBaseException().Message}.",
        },
        e);

    // An answer that the client cannot read has no code.
    private static string Code(RequestFailedException e) =>
        e.ErrorCode is { Length: > 0 } code ? code : string.Create(CultureInfo.InvariantCulture, $"HTTP_{e.Status}");

    // The client retries; the last attempt tells the cause.
    private static Exception LastCause(Exception e) => e is AggregateException tries ? LastCause(tries.InnerExceptions[^1]) : e;
}
