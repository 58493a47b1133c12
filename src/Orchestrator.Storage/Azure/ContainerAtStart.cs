using Azure.Storage.Blobs;
using Microsoft.Extensions.Hosting;

namespace Orchestrator.Storage.Azure;

/// <summary>Finds the container, or makes it, before anything else of the host starts; says in one sentence why that cannot be.</summary>
internal sealed class ContainerAtStart(BlobContainerClient container) : IHostedLifecycleService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            // Looking for an identity does not always heed its token.
            await EnsureExists(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (BlobTrouble.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            throw BlobTrouble.Sentence(container, e);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Asked first: who may use a container may often not make one.
    private async Task EnsureExists(CancellationToken stop)
    {
        if (!await container.ExistsAsync(stop).ConfigureAwait(false))
        {
            await container.CreateIfNotExistsAsync(cancellationToken: stop).ConfigureAwait(false);
        }
    }
}
