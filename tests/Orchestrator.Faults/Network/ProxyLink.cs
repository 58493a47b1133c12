using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Faults.Network;

/// <summary>One connection through the proxy.</summary>
internal sealed class ProxyLink(TcpProxy proxy, Socket client, IPEndPoint address, CancellationToken stop)
{
    private const int SslRequest = 80877103;
    private const int GssRequest = 80877104;

    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Conversation _conversation = new(proxy.Commits) { Opaque = proxy.Opaque };

    public async Task Run()
    {
        client.NoDelay = true;
        try
        {
            // The direction to the server also includes the opening of the connection.
            await proxy.ToServer.Passing(stop);
            await _server.ConnectAsync(address, stop);
            if (proxy.Opaque || await Negotiate())
            {
                await Task.WhenAny(
                    Pump(client, _server, proxy.ToServer, _conversation.Said), Pump(_server, client, proxy.ToClient, _conversation.Heard));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other end is closed below.
        }

        Abort();
    }

    /// <summary>Resets both ends without a message.</summary>
    public void Abort()
    {
        foreach (var socket in (Socket[])[client, _server])
        {
            try
            {
                socket.Close(0);
            }
            catch (SocketException)
            {
                // It was already closed.
            }
        }
    }

    /// <summary>Before the first message a client may ask for encryption; the server answers with one byte that is no message.</summary>
    private async Task<bool> Negotiate()
    {
        var head = new byte[8];
        while (true)
        {
            if (!await Fill(client, head))
            {
                return false;
            }

            await Pass(_server, head, proxy.ToServer);
            var asks = BinaryPrimitives.ReadInt32BigEndian(head) == 8
                && BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)) is SslRequest or GssRequest;
            if (!asks)
            {
                return true;
            }

            var answer = new byte[1];
            if (!await Fill(_server, answer))
            {
                return false;
            }

            _conversation.Opaque |= answer[0] != 'N';
            await Pass(client, answer, proxy.ToClient);
        }
    }

    /// <param name="watch">Reads each piece; returns how much of it may pass, less than all to end the connection there.</param>
    private async Task Pump(Socket from, Socket to, Lane lane, Func<ReadOnlySpan<byte>, int> watch)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, stop) is > 0 and var count)
        {
            var passes = watch(buffer.AsSpan(0, count));
            await Pass(to, buffer.AsMemory(0, passes), lane);
            if (passes < count)
            {
                return;
            }
        }
    }

    private async Task Pass(Socket to, ReadOnlyMemory<byte> bytes, Lane lane)
    {
        if (lane.Delay > TimeSpan.Zero)
        {
            await Task.Delay(lane.Delay, stop);
        }

        await lane.Passing(stop);
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes, stop)..];
        }
    }

    private async Task<bool> Fill(Socket from, Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = await from.ReceiveAsync(buffer, stop);
            if (count == 0)
            {
                return false;
            }

            buffer = buffer[count..];
        }

        return true;
    }
}
