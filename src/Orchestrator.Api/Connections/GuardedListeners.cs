using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Orchestrator.Api.Connections;

/// <summary>Listening sockets that accept a connection only when the guard has room for it.</summary>
internal sealed class GuardedListeners(SocketTransportFactory sockets, ConnectionGuard guard)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await sockets.BindAsync(endpoint, cancellationToken), guard);

    private sealed class Listener(IConnectionListener inner, ConnectionGuard guard) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                await guard.Room(_unbound.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }

            var accepted = await inner.AcceptAsync(cancellationToken);
            if (accepted is not null)
            {
                guard.Enter(accepted);
            }

            return accepted;
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbound.CancelAsync();
            await inner.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            _unbound.Dispose();
        }
    }
}
