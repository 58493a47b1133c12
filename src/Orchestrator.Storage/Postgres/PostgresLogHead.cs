using System.Runtime.ExceptionServices;
using Npgsql;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// Asks the primary where the log stands. The driver counts its time-outs in whole seconds and a connect may take longer still, so each reading
/// is done by a thread of its own and waited for: a node whose database hangs is told so in time. One that comes too late is thrown away with
/// its connection.
/// </summary>
internal sealed class PostgresLogHead(PostgresSettings settings) : ILogHead, IDisposable
{
    private const string Sql =
        $"""
        SELECT pg_is_in_recovery(), (SELECT value::bigint FROM {PostgresSettings.Schema}.meta WHERE key = '{Meta.Timeline}'), ({Listener.Head})
        """;

    private NpgsqlConnection? idle;

    public LogHead Read(TimeSpan limit)
    {
        var reading = new Reading(Interlocked.Exchange(ref idle, null), settings.Alone(limit));
        var thread = new Thread(reading.Run) { IsBackground = true, Name = "orchestrator log head" };
        thread.Start();
        reading.Wait(limit);
        if (Interlocked.Exchange(ref idle, reading.Take(settings)) is { } other)
        {
            other.Dispose();
        }

        return reading.Head;
    }

    public void Dispose() => Interlocked.Exchange(ref idle, null)?.Dispose();

    private sealed class Reading(NpgsqlConnection? kept, string connectionString)
    {
        private readonly Lock gate = new();
        private readonly ManualResetEventSlim over = new();
        private NpgsqlConnection? connection = kept;
        private Exception? failure;
        private bool done;
        private bool late;

        public LogHead Head { get; private set; }

        public void Run()
        {
            try
            {
                Read();
            }
            catch (Exception e)
            {
                failure = e;
            }

            lock (gate)
            {
                done = true;
                if (late || failure is not null)
                {
                    connection?.Dispose();
                    connection = null;
                }
            }

            over.Set();
        }

        public void Wait(TimeSpan limit) => over.Wait(limit);

        /// <summary>The connection, to be used again.</summary>
        public NpgsqlConnection Take(PostgresSettings settings)
        {
            lock (gate)
            {
                late = !done;
            }

            switch (late ? new TimeoutException("no answer in time") : failure)
            {
                case null:
                    return connection!;
                case var e when Trouble.Of(e) is { } trouble:
                    throw Trouble.Later(trouble, settings);
                case var e:
                    ExceptionDispatchInfo.Throw(e);
                    throw e;
            }
        }

        private void Read()
        {
            if (connection is null)
            {
                connection = new NpgsqlConnection(connectionString);
                connection.Open();
            }

            using var command = new NpgsqlCommand(Sql, connection);
            using var reader = command.ExecuteReader();
            reader.Read();
            Head = reader.GetBoolean(0)
                ? throw new StorageUnavailableException("The database is a replica: where the log stands is for its primary to say.")
                : new LogHead(reader.GetInt64(1), reader.GetInt64(2));
        }
    }
}
