using System.Runtime.ExceptionServices;
using Npgsql;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// Reads the head of the log from the primary. The driver counts its time-outs in whole seconds, and a connect may take longer still. So
/// each reading runs on a thread of its own with a limit: a node whose database hangs knows it in time. A reading that ends too late is
/// dropped with its connection.
/// </summary>
internal sealed class PostgresLogHead(PostgresSettings settings) : ILogHead, IDisposable
{
    private const string Sql =
        $"""
        SELECT pg_is_in_recovery(),
               (SELECT value::bigint FROM {PostgresSettings.Schema}.meta WHERE key = '{InstallationFacts.Timeline}'),
               ({Listener.Head})
        """;

    private NpgsqlConnection? _idle;

    public LogHead Read(TimeSpan limit)
    {
        var reading = new Reading(Interlocked.Exchange(ref _idle, null), settings.Alone(limit));
        var thread = new Thread(reading.Run) { IsBackground = true, Name = "orchestrator log head" };
        thread.Start();
        reading.Wait(limit);
        if (Interlocked.Exchange(ref _idle, reading.Take(settings)) is { } other)
        {
            other.Dispose();
        }

        return reading.Head;
    }

    public void Dispose() => Interlocked.Exchange(ref _idle, null)?.Dispose();

    private sealed class Reading(NpgsqlConnection? kept, string connectionString)
    {
        private readonly Lock _gate = new();
        private readonly ManualResetEventSlim _over = new();
        private NpgsqlConnection? _connection = kept;
        private Exception? _failure;
        private bool _done;
        private bool _late;

        public LogHead Head { get; private set; }

        public void Run()
        {
            try
            {
                Read();
            }
            catch (Exception e)
            {
                _failure = e;
            }

            lock (_gate)
            {
                _done = true;
                if (_late || _failure is not null)
                {
                    _connection?.Dispose();
                    _connection = null;
                }
            }

            _over.Set();
        }

        public void Wait(TimeSpan limit) => _over.Wait(limit);

        /// <summary>The connection, for the next reading.</summary>
        public NpgsqlConnection Take(PostgresSettings settings)
        {
            lock (_gate)
            {
                _late = !_done;
            }

            switch (_late ? new TimeoutException("no answer in time") : _failure)
            {
                case null:
                    return _connection!;
                case var e when PostgresErrors.Of(e) is { } trouble:
                    throw PostgresErrors.Later(trouble, settings);
                case var e:
                    ExceptionDispatchInfo.Throw(e);
                    throw e;
            }
        }

        private void Read()
        {
            if (_connection is null)
            {
                _connection = new NpgsqlConnection(connectionString);
                _connection.Open();
            }

            using var command = new NpgsqlCommand(Sql, _connection);
            using var reader = command.ExecuteReader();
            reader.Read();
            Head = reader.GetBoolean(0)
                ? throw new StorageUnavailableException("The database is a replica; only the primary knows the head of the log.")
                : new LogHead(reader.GetInt64(1), reader.GetInt64(2));
        }
    }
}
