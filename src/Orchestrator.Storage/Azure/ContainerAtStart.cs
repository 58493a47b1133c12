using Azure;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Hosting;

namespace Orchestrator.Storage.Azure;

/// <summary>Finds the container, or makes it, before anything else of the host starts; says in one sentence why that cannot be.</summary>
internal sealed class ContainerAtStart(BlobContainerClient container) : IHostedLifecycleService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    private string Where => $"Azure Blob Storage at {container.Uri.GetLeftPart(UriPartial.Path)}";

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            // Looking for an identity does not always heed its token.
            await EnsureExists(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AzureGrainStateException($"{Where} did not answer within {Limit.TotalSeconds:0} s: check the address and the network.", e);
        }
        catch (AuthenticationFailedException e)
        {
            throw new AzureGrainStateException($"This process has no identity for {Where}: give it a managed identity, or set Orchestrator:Azure:ConnectionString.", e);
        }
        catch (RequestFailedException e) when (e.Status is 401 or 403)
        {
            throw new AzureGrainStateException($"{Where} refuses this process ({e.ErrorCode}): check the account key, or the role of its identity.", e);
        }
        catch (RequestFailedException e) when (e.Status > 0)
        {
            throw new AzureGrainStateException($"{Where} answers {e.Status} ({e.ErrorCode}): neither is the container there nor can it be made.", e);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or HttpRequestException)
        {
            throw new AzureGrainStateException($"{Where} cannot be reached: {LastCause(e).Message}.", e);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static Exception LastCause(Exception e) => e is AggregateException tries ? LastCause(tries.InnerExceptions[^1]) : e.GetBaseException();

    // Asked first: who may use a container may often not make one.
    private async Task EnsureExists(CancellationToken stop)
    {
        if (!await container.ExistsAsync(stop).ConfigureAwait(false))
        {
            await container.CreateIfNotExistsAsync(cancellationToken: stop).ConfigureAwait(false);
        }
    }
}
