using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Benchmarks.Fuzz;

/// <summary>Sends raw bytes, as no HTTP client would, and reads the status of the response.</summary>
internal static class RawHttp
{
    private const int Most = 8 * 1024;

    /// <summary>The status and the beginning of the answer; status 0 where the server closed the connection without one.</summary>
    /// <param name="server">The server.</param>
    /// <param name="from">Loopback address of the sender: refusals are counted by address.</param>
    /// <param name="request">The whole request.</param>
    /// <param name="whole">False when the body is incomplete and no more will be sent.</param>
    /// <param name="stop">Ends the wait.</param>
    public static async Task<(int Status, string Answer)> Ask(
        Uri server, IPAddress from, byte[] request, bool whole, CancellationToken stop)
    {
        // Reset at the end: tens of thousands of connections would wait for the end of theirs.
        using var socket = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        { NoDelay = true, LingerState = new LingerOption(true, 0) };
        var (buffer, length) = (new byte[Most], 0);
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(IPAddress.Loopback, server.Port, stop);
            await socket.SendAsync(request, stop);
            if (!whole)
            {
                socket.Shutdown(SocketShutdown.Send);
            }

            while (length < Most && await socket.ReceiveAsync(buffer.AsMemory(length), stop) is > 0 and var read)
            {
                length += read;
                if (Status(buffer.AsSpan(0, length)) is not 0 and < 500)
                {
                    break;
                }
            }
        }
        catch (SocketException)
        {
            // Closed while the request was still being sent.
        }

        return (Status(buffer.AsSpan(0, length)), Encoding.Latin1.GetString(buffer, 0, length));
    }

    /// <summary>The status that ends the request; 0 while it has not arrived.</summary>
    private static int Status(ReadOnlySpan<byte> answer)
    {
        while (answer.StartsWith("HTTP/1.1 1"u8) && answer.IndexOf("\r\n\r\n"u8) is >= 0 and var end)
        {
            answer = answer[(end + 4)..];
        }

        return answer.Length >= 12 && answer.StartsWith("HTTP/1."u8)
            && int.TryParse(answer[9..12], NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status >= 200 ? status : 0;
    }
}
