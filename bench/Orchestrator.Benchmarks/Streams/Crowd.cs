
namespace Orchestrator.Benchmarks.Streams;

/// <summary>Many web clients of one server at once. Each has a connection for its stream; they share some for their requests.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    /// <summary>Connections for requests, of all clients together.</summary>
    public const int Askers = 64;

    /// <summary>Files of this process and of the server beside the streams.</summary>
    private const int Others = 1000;

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _asking;
    private readonly HttpClient _following;
    private readonly Task _running;

    public Crowd(Uri server, int clients)
    {
        _asking = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Askers }) { BaseAddress = server };
        _following =
            new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        Clients = [.. Enumerable.Range(0, clients).Select(number => new Subscriber(_asking, _following, number))];
        _running = Task.WhenAll(Clients.Select(client => Task.Run(() => client.Run(_stop.Token))));
    }

    public Subscriber[] Clients { get; }

    /// <summary>
    /// Throws where this user may not have so many connections. The runtime itself raises the soft limit to the hard one.
    /// </summary>
    public static void CheckLimit(int clients)
    {
        var limit = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        if (int.TryParse(limit, out var files) && files < clients + Others)
        {
            throw new InvalidOperationException($"{clients} streams need {clients + Others} open files in a process, but the hard limit is {files} (ulimit -Hn): raise it for this user.");
        }
    }

    /// <summary>Waits until a condition holds for all clients; false after a timeout.</summary>
    public async Task<bool> All(Func<Subscriber, bool> isSo, TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        while (!Array.TrueForAll(Clients, isSo.Invoke))
        {
            if (patience.IsCancellationRequested)
            {
                return false;
            }

            await Task.Delay(20);
        }

        return true;
    }

    /// <summary>Ends their streams as closed pages do.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _asking.Dispose();
        _following.Dispose();
        _stop.Dispose();
    }
}
