using Orchestrator.Silo.Settings;

namespace Orchestrator.Silo.Cluster;

/// <summary>
/// Before anything stops, the node still answers for a while: its readiness probe already fails, so that the load balancer
/// sends no more requests. Then requests in progress are completed, and the silo leaves the cluster last.
/// </summary>
internal sealed class Draining(SiloSettings settings) : IHostedLifecycleService
{
    public Task StoppingAsync(CancellationToken cancellationToken) =>
        Task.Delay(settings.Place.Drain, cancellationToken)
            .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
