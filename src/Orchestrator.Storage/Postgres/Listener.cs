using Npgsql;

namespace Orchestrator.Storage.Postgres;

/// <summary>Hears of every commit of every process, on a connection of its own that it opens again when lost, and looks by itself each second.</summary>
internal sealed class Listener : IAsyncDisposable
{
    public const string Channel = "orchestrator_events";

    public const string Head = $"SELECT coalesce(max(seq_id), 0) FROM {PostgresSettings.Schema}.mt_events";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource closing = new();
    private readonly string connectionString;
    private readonly News news;
    private readonly TimeSpan poll;
    private Task running = Task.CompletedTask;

    private Listener(string connectionString, News news, TimeSpan poll)
    {
        this.connectionString = connectionString;
        this.news = news;
        this.poll = poll;
    }

    public static Listener Start(PostgresSettings settings, News news, TimeSpan poll)
    {
        var listener = new Listener(settings.Alone(Patience), news, poll);
        listener.running = Task.Run(listener.Run);
        return listener;
    }

    /// <summary>May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
    }

    private async Task Run()
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                await Listen(closing.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (Trouble.Of(e) is not null || closing.IsCancellationRequested)
            {
                // An outage is told by those who need the database; followers poll meanwhile.
                await Task.Delay(Pause, closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task Listen(CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(stop).ConfigureAwait(false);
        await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
        }

        await using var head = new NpgsqlCommand(Head, connection);
        while (true)
        {
            news.Publish((long)(await head.ExecuteScalarAsync(stop).ConfigureAwait(false))!);
            await connection.WaitAsync(poll, stop).ConfigureAwait(false);
        }
    }
}
