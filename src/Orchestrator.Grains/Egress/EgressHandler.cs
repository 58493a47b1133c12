using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Grains.Egress;

/// <summary>
/// Holds every request of a client to the list, and every connection too. A name is resolved and each address is checked when a connection
/// is opened, so that an answer of a name server that changes between a check and the request opens nothing.
/// </summary>
internal sealed class EgressHandler : DelegatingHandler
{
    private readonly EgressList _egress;

    /// <param name="egress">The list.</param>
    /// <param name="sockets">Opens the connections.</param>
    public EgressHandler(EgressList egress, SocketsHttpHandler sockets)
        : base(sockets)
    {
        _egress = egress;
        sockets.ConnectCallback = (context, stop) => Connect(context.DnsEndPoint, stop);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _egress.Refusal(request.RequestUri!) is { } refusal
            ? Task.FromException<HttpResponseMessage>(new HttpRequestException(refusal, new EgressRefusedException(refusal, forGood: true)))
            : base.SendAsync(request, cancellationToken);

    private async ValueTask<Stream> Connect(DnsEndPoint to, CancellationToken stop)
    {
        IPAddress[] addresses = IPAddress.TryParse(to.Host.Trim('[', ']'), out var literal)
            ? [literal]
            : await _egress.Resolve(to.Host, stop);
        var reachable = addresses.Where(address => _egress.Reaches(to.Host, address, to.Port)).ToArray();
        if (reachable.Length == 0 && addresses.Length > 0)
        {
            throw new EgressRefusedException(_egress.Sentence(to.Host, addresses[0]), forGood: false);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(reachable, to.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
