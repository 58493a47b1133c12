using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>Stands between a client and PostgreSQL and cuts connections at a chosen moment of the conversation.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly int port;
    private readonly Task accepting;
    private volatile Cut cut = Cut.None;

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

    /// <summary>The next thing a client says never arrives: its connection is cut instead.</summary>
    public void CutNextQuestion() => cut = Cut.Question;

    /// <summary>The next thing the server says never arrives: the connection is cut when it does.</summary>
    public void CutNextAnswer() => cut = Cut.Answer;

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
                await await Task.WhenAny(
                    Pump(client.GetStream(), server.GetStream(), Cut.Question), Pump(server.GetStream(), client.GetStream(), Cut.Answer));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Ends both.
            }
        }
    }

    private async Task Pump(NetworkStream from, NetworkStream to, Cut here)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, closing.Token) is > 0 and var read)
        {
            if (cut == here)
            {
                cut = Cut.None;
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), closing.Token);
        }
    }
}
