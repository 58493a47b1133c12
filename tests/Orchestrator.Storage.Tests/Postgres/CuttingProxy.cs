using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>
/// Stands between a client and PostgreSQL and cuts the connection of a COMMIT: others of the same client, such as its listener, talk
/// meanwhile.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly int _port;
    private readonly Task _accepting;
    private Cut _cut = Cut.None;

    public CuttingProxy(int port)
    {
        _port = port;
        _listener.Start();
        _accepting = Accept();
    }

    private enum Cut
    {
        None,
        Question,
        Answer,
    }

    /// <summary>The same database through here.</summary>
    public string Through(string connectionString) =>
        new NpgsqlConnectionStringBuilder(
            connectionString)
        { Port = ((IPEndPoint)_listener.LocalEndpoint).Port, SslMode = SslMode.Disable }.ConnectionString;

    /// <summary>The next COMMIT never arrives: its connection is cut instead.</summary>
    public void CutNextCommit() => _cut = Cut.Question;

    /// <summary>The answer to the next COMMIT never arrives: the connection is cut when it does.</summary>
    public void CutNextCommitsAnswer() => _cut = Cut.Answer;

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _accepting;
        _closing.Dispose();
    }

    private async Task Accept()
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                conversations.Add(Converse(await _listener.AcceptTcpClientAsync(_closing.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task Converse(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _port, _closing.Token);
                var committing = false;
                await await Task.WhenAny(
                    Pump(client.GetStream(), server.GetStream(),
                        said => (committing = said.Span.IndexOf("COMMIT"u8) >= 0) && Takes(Cut.Question)),
                    Pump(server.GetStream(), client.GetStream(), _ => Volatile.Read(ref committing) && Takes(Cut.Answer)));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Ends both.
            }
        }
    }

    private bool Takes(Cut here) => Interlocked.CompareExchange(ref _cut, Cut.None, here) == here;

    private async Task Pump(NetworkStream from, NetworkStream to, Func<ReadOnlyMemory<byte>, bool> cuts)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, _closing.Token) is > 0 and var read)
        {
            if (cuts(buffer.AsMemory(0, read)))
            {
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), _closing.Token);
        }
    }
}
