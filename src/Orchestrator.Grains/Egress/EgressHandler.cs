using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Grains.Egress;

/// <summary>
/// The one handler of every client that calls addresses of plans. A name is resolved and each address is checked when a connection is opened, so that an
/// answer of a name server that changes between a check and the call (DNS rebinding) opens nothing.
/// </summary>
internal static class EgressHandler
{
    /// <summary>Follows no redirect, keeps no cookie and uses no proxy.</summary>
    public static SocketsHttpHandler Of(EgressList egress) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectCallback = (context, stop) => Connect(egress, context.DnsEndPoint, stop),
    };

    /// <summary>The sentence of a refusal at connect; null for another failure.</summary>
    public static string? Refusal(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is EgressRefusedException refused)
            {
                return refused.Message;
            }
        }

        return null;
    }

    private static async ValueTask<Stream> Connect(EgressList egress, DnsEndPoint to, CancellationToken stop)
    {
        IPAddress[] addresses = IPAddress.TryParse(to.Host.Trim('[', ']'), out var literal) ? [literal] : await egress.Resolve(to.Host, stop);
        var reachable = addresses.Where(address => egress.Reaches(to.Host, address, to.Port)).ToArray();
        if (reachable.Length == 0 && addresses.Length > 0)
        {
            throw new EgressRefusedException(egress.Sentence(to.Host, addresses[0]));
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

/// <summary>A host name resolves to an address that may not be called.</summary>
internal sealed class EgressRefusedException(string message) : IOException(message);
