using Npgsql;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// Listens for the commits of all processes, on a connection of its own that it opens again when lost, and reads the head each second.
/// </summary>
internal sealed class Listener : IAsyncDisposable
{
    public const string Channel = "orchestrator_events";

    public const string Head = $"SELECT coalesce(max(seq_id), 0) FROM {PostgresSettings.Schema}.mt_events";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _closing = new();
    private readonly string _connectionString;
    private readonly AppendSignal _signal;
    private readonly TimeSpan _poll;
    private Task _running = Task.CompletedTask;

    private Listener(string connectionString, AppendSignal signal, TimeSpan poll)
    {
        _connectionString = connectionString;
        _signal = signal;
        _poll = poll;
    }

    public static Listener Start(PostgresSettings settings, AppendSignal signal, TimeSpan poll)
    {
        var listener = new Listener(settings.Alone(Patience), signal, poll);
        listener._running = Task.Run(listener.Run);
        return listener;
    }

    /// <summary>Ends the listening. A second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    private async Task Run()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await Listen(_closing.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (PostgresErrors.Of(e) is not null || _closing.IsCancellationRequested)
            {
                // The callers that need the database report an outage; followers poll meanwhile.
                await Task.Delay(Pause, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task Listen(CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(stop).ConfigureAwait(false);
        await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
        }

        await using var head = new NpgsqlCommand(Head, connection);
        while (true)
        {
            _signal.Publish((long)(await head.ExecuteScalarAsync(stop).ConfigureAwait(false))!);
            await connection.WaitAsync(_poll, stop).ConfigureAwait(false);
        }
    }
}
