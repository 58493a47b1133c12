using Npgsql;

namespace Orchestrator.Storage.Postgres;

/// <summary>The connection string as the operator gave it, with limits for whatever he left open.</summary>
internal sealed class PostgresSettings
{
    /// <summary>All objects of the product are in this PostgreSQL schema.</summary>
    public const string Schema = "orchestrator";

    // What stands later in a connection string wins, so these hold only where the operator said nothing.
    private const string Defaults =
        "Timeout=3;Command Timeout=4;Cancellation Timeout=500;Maximum Pool Size=30;Application Name=orchestrator;GSS Encryption Mode=Disable;";

    // A process that stops in the middle of an append (paused, cut off) holds the lock of all appends: the server ends its session.
    private const string Limits = "-c idle_in_transaction_session_timeout=3000 -c statement_timeout=10000";

    private readonly NpgsqlConnectionStringBuilder given;

    private PostgresSettings(NpgsqlConnectionStringBuilder given) => this.given = given;

    /// <summary>For people: where, which database and who, never the password.</summary>
    public string Server => $"{given.Host}:{given.Port}";

    public string Database => given.Database ?? given.Username ?? "";

    public string User => given.Username ?? "";

    /// <summary>An append that has not reached its commit by then has failed: nobody who wants to roll back waits longer for an answer.</summary>
    public TimeSpan AppendLimit => TimeSpan.FromSeconds(given.CommandTimeout + 1);

    /// <summary>Pooled connections of everyday work.</summary>
    public string Everyday => With(b => b.Options = Join(Limits));

    /// <summary>A connection to change the schema, which may take its time.</summary>
    public string Upgrade => With(b =>
    {
        b.Pooling = false;
        b.CommandTimeout = 120;
        b.Options = Join("-c idle_in_transaction_session_timeout=0 -c statement_timeout=0");
    });

    /// <exception cref="ArgumentException">It is none.</exception>
    public static PostgresSettings Parse(string connectionString) => new(new NpgsqlConnectionStringBuilder(Defaults + connectionString));

    /// <summary>One connection that belongs to no pool and gives up after <paramref name="limit"/>, rounded up to seconds.</summary>
    public string Alone(TimeSpan limit) => With(b =>
    {
        b.Pooling = false;
        b.Timeout = b.CommandTimeout = Math.Max(1, (int)Math.Ceiling(limit.TotalSeconds));
        b.CancellationTimeout = -1;
        b.Options = Join(Limits);
    });

    private string With(Action<NpgsqlConnectionStringBuilder> change)
    {
        var builder = new NpgsqlConnectionStringBuilder(given.ConnectionString);
        change(builder);
        return builder.ConnectionString;
    }

    private string Join(string options) => string.IsNullOrWhiteSpace(given.Options) ? options : $"{options} {given.Options}";
}
