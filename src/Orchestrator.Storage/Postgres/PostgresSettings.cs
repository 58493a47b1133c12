using Npgsql;

namespace Orchestrator.Storage.Postgres;

/// <summary>The connection string of the operator, with limits for the keywords that it leaves out.</summary>
internal sealed class PostgresSettings
{
    /// <summary>All objects of the product are in this PostgreSQL schema.</summary>
    public const string Schema = "orchestrator";

    // In a connection string the last value of a keyword wins, so these hold only where the operator set none.
    private const string Defaults =
        "Timeout=3;Command Timeout=4;Cancellation Timeout=500;Maximum Pool Size=30;"
        + "Application Name=orchestrator;GSS Encryption Mode=Disable;";

    // A process that stops in the middle of an append (paused, cut off) holds the lock of all appends. These limits let the server end
    // its session.
    private const string Limits = "-c idle_in_transaction_session_timeout=3000 -c statement_timeout=10000";

    private readonly NpgsqlConnectionStringBuilder _given;

    private PostgresSettings(NpgsqlConnectionStringBuilder given) => _given = given;

    /// <summary>Host and port, for messages; never the password.</summary>
    public string Server => $"{_given.Host}:{_given.Port}";

    public string Database => _given.Database ?? _given.Username ?? "";

    public string User => _given.Username ?? "";

    /// <summary>
    /// Longest time of an append before its commit. After it the append has failed: a rollback waits no longer for an answer.
    /// </summary>
    public TimeSpan AppendLimit => TimeSpan.FromSeconds(_given.CommandTimeout + 1);

    /// <summary>Connection string of the pool.</summary>
    public string Everyday => With(b => b.Options = Join(Limits));

    /// <summary>Connection string of a schema upgrade, which has no limit of time.</summary>
    public string Upgrade => With(b =>
    {
        b.Pooling = false;
        b.CommandTimeout = 120;
        b.Options = Join("-c idle_in_transaction_session_timeout=0 -c statement_timeout=0");
    });

    /// <exception cref="ArgumentException">The text is no connection string.</exception>
    public static PostgresSettings Parse(string connectionString) => new(new NpgsqlConnectionStringBuilder(Defaults + connectionString));

    /// <summary>
    /// Connection string of one connection outside the pool, which fails after <paramref name="limit"/>, rounded up to seconds.
    /// </summary>
    public string Alone(TimeSpan limit) => With(b =>
    {
        b.Pooling = false;
        b.Timeout = b.CommandTimeout = Math.Max(1, (int)Math.Ceiling(limit.TotalSeconds));
        b.CancellationTimeout = -1;
        b.Options = Join(Limits);
    });

    private string With(Action<NpgsqlConnectionStringBuilder> change)
    {
        var builder = new NpgsqlConnectionStringBuilder(_given.ConnectionString);
        change(builder);
        return builder.ConnectionString;
    }

    private string Join(string options) => string.IsNullOrWhiteSpace(_given.Options) ? options : $"{options} {_given.Options}";
}
