using System.Globalization;
using System.Net.Sockets;

namespace Orchestrator.Benchmarks.Steady;

/// <summary>One kept connection that sends requests on demand and reads the responses in order. Never waits.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Uri _server;
    private readonly Queue<long> _asked = new();
    private readonly byte[] _read = new byte[64 * 1024];
    private Socket _socket;
    private int _held;

    public Connection(Uri server) => (_server, _socket) = (server, Connect(server));

    public int Descriptor => (int)_socket.SafeHandle.DangerousGetHandle();

    /// <param name="request">A whole request.</param>
    /// <param name="number">Number reported with its response.</param>
    public void Send(byte[] request, long number)
    {
        _asked.Enqueue(number);
        if (_socket.Send(request, SocketFlags.None, out var error) != request.Length || error != SocketError.Success)
        {
            // Hundreds of answers are missing on this connection alone.
            throw new InvalidOperationException($"The server takes no more requests: {error}.");
        }
    }

    /// <summary>
    /// Reads the available responses and returns their number; a broken connection counts as 0 for all its open requests, and is replaced.
    /// </summary>
    /// <param name="answered">Called for each response: its number and status.</param>
    public int Receive(Action<long, int> answered)
    {
        var count = _socket.Receive(_read.AsSpan(_held), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return 0;
        }

        return count > 0 && error == SocketError.Success ? Parse(_held + count, answered) : Broken(answered);
    }

    public void Dispose() => _socket.Dispose();

    private int Parse(int length, Action<long, int> answered)
    {
        var rest = _read.AsSpan(0, length);
        var answers = 0;
        while (Answer(rest) is ( > 0 and var size, var status))
        {
            answered(_asked.Dequeue(), status);
            rest = rest[size..];
            answers++;
        }

        rest.CopyTo(_read);
        _held = rest.Length;
        return answers;
    }

    private int Broken(Action<long, int> answered)
    {
        var answers = _asked.Count;
        while (_asked.TryDequeue(out var number))
        {
            answered(number, 0);
        }

        _socket.Dispose();
        (_socket, _held) = (Connect(_server), 0);
        return answers;
    }

    /// <summary>Length and status of the first response; 0 while it is incomplete.</summary>
    private static (int Size, int Status) Answer(ReadOnlySpan<byte> bytes)
    {
        var head = bytes.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return default;
        }

        var length = bytes[..(head + 2)].IndexOf("Content-Length: "u8) is >= 0 and var at ? bytes[(at + "Content-Length: ".Length)..] : "0\r"u8;
        var size = head + 4 + int.Parse(length[..length.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
        return size > bytes.Length ? default : (size, int.Parse(bytes["HTTP/1.1 ".Length..][..3], CultureInfo.InvariantCulture));
    }

    private static Socket Connect(Uri server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server.Host, server.Port);
        socket.Blocking = false;
        return socket;
    }
}
