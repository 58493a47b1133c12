using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>Stands between a client and PostgreSQL and cuts the connection of a COMMIT: others of the same client, such as its listener, talk meanwhile.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly int port;
    private readonly Task accepting;
    private Cut cut = Cut.None;

    public CuttingProxy(int port)
    {
        this.port = port;
        listener.Start();
        accepting = Accept();
    }

    private enum Cut
    {
        None,
        Question,
        Answer,
    }

    /// <summary>The same database through here.</summary>
    public string Through(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Port = ((IPEndPoint)listener.LocalEndpoint).Port, SslMode = SslMode.Disable }.ConnectionString;

    /// <summary>The next COMMIT never arrives: its connection is cut instead.</summary>
    public void CutNextCommit() => cut = Cut.Question;

    /// <summary>The answer to the next COMMIT never arrives: the connection is cut when it does.</summary>
    public void CutNextCommitsAnswer() => cut = Cut.Answer;

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Stop();
        await accepting;
        closing.Dispose();
    }

    private async Task Accept()
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                conversations.Add(Converse(await listener.AcceptTcpClientAsync(closing.Token)));
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
                await server.ConnectAsync(IPAddress.Loopback, port, closing.Token);
                var committing = false;
                await await Task.WhenAny(
                    Pump(client.GetStream(), server.GetStream(), said => (committing = said.Span.IndexOf("COMMIT"u8) >= 0) && Takes(Cut.Question)),
                    Pump(server.GetStream(), client.GetStream(), _ => Volatile.Read(ref committing) && Takes(Cut.Answer)));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Ends both.
            }
        }
    }

    private bool Takes(Cut here) => Interlocked.CompareExchange(ref cut, Cut.None, here) == here;

    private async Task Pump(NetworkStream from, NetworkStream to, Func<ReadOnlyMemory<byte>, bool> cuts)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, closing.Token) is > 0 and var read)
        {
            if (cuts(buffer.AsMemory(0, read)))
            {
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), closing.Token);
        }
    }
}
