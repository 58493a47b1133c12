using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Orchestrator.Silo.Cluster;

/// <summary>
/// Opens no listener, for a silo without other silos. Its calls to its own grains never leave the process, so without it the port of
/// Orleans, which has no authentication, would be open to other processes only.
/// </summary>
internal sealed class NoConnections : IConnectionListenerFactory
{
    /// <summary>Takes the place of each listener that Orleans registered.</summary>
    public static void Replace(IServiceCollection services)
    {
        var keys = services.Where(one => one.IsKeyedService && one.ServiceType == typeof(IConnectionListenerFactory))
            .Select(one => one.ServiceKey).Distinct().ToArray();
        if (keys.Length == 0)
        {
            throw new InvalidOperationException("Orleans registers its listeners in another way now: the port of an embedded silo would be open.");
        }

        foreach (var key in keys)
        {
            services.AddKeyedSingleton<IConnectionListenerFactory, NoConnections>(key);
        }
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(new Listener(endpoint));

    private sealed class Listener(EndPoint endpoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> _unbound = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint => endpoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            new(_unbound.Task.WaitAsync(cancellationToken));

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _unbound.TrySetResult(null);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
