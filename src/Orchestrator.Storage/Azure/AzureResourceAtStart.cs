using Microsoft.Extensions.Hosting;

namespace Orchestrator.Storage.Azure;

/// <summary>
/// Finds the container or the table, or creates it, before any other service of the host starts. A failure is one sentence and ends the
/// start.
/// </summary>
internal sealed class AzureResourceAtStart(AzureResource resource) : IHostedLifecycleService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            // The search for an identity does not always obey its token.
            await resource.Ensure(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (AzureErrors.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            throw AzureErrors.Sentence(resource.Name, e);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
