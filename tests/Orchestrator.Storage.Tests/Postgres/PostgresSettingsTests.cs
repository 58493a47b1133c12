using Npgsql;
using Orchestrator.Storage.Postgres;

namespace Orchestrator.Storage.Tests.Postgres;

public sealed class PostgresSettingsTests
{
    [Fact]
    public void Limits_hold_where_the_operator_says_nothing()
    {
        var settings = PostgresSettings.Parse("Host=db;Username=u;Password=p");
        var everyday = new NpgsqlConnectionStringBuilder(settings.Everyday);

        Assert.Equal((3, 4, 30), (everyday.Timeout, everyday.CommandTimeout, everyday.MaxPoolSize));
        Assert.Contains("idle_in_transaction_session_timeout=3000", everyday.Options, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.AppendLimit);
    }

    [Fact]
    public void What_the_operator_says_wins()
    {
        var settings = PostgresSettings.Parse("Host=db;Username=u;Password=p;CommandTimeout=9;Timeout=7;MaxPoolSize=5;Options=-c statement_timeout=1");
        var everyday = new NpgsqlConnectionStringBuilder(settings.Everyday);

        Assert.Equal((7, 9, 5), (everyday.Timeout, everyday.CommandTimeout, everyday.MaxPoolSize));
        Assert.EndsWith(" -c statement_timeout=1", everyday.Options, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(10), settings.AppendLimit);
    }

    [Fact]
    public void A_connection_alone_gives_up_within_whole_seconds_and_is_in_no_pool()
    {
        var alone = new NpgsqlConnectionStringBuilder(PostgresSettings.Parse("Host=db;Pooling=true;Timeout=30").Alone(TimeSpan.FromMilliseconds(1200)));

        Assert.Equal((2, 2, false), (alone.Timeout, alone.CommandTimeout, alone.Pooling));
    }
}
