using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Storage.Tests.Sqlite;

public sealed class SqliteStoreTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_of_a_newer_program_is_refused_clearly_left_alone_and_not_held()
    {
        await Open().DisposeAsync();
        Run("UPDATE meta SET value = '2' WHERE key = 'schema'");

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var refused = Assert.Throws<StoreRefusedException>(() => Open());
            Assert.Contains("schema version 2", refused.Message, StringComparison.Ordinal);
            Assert.Contains("versions up to 1", refused.Message, StringComparison.Ordinal);
            Assert.Contains(_folder.Database, refused.Message, StringComparison.Ordinal);
        }

        Run("UPDATE meta SET value = '1' WHERE key = 'schema'");
        await Open().DisposeAsync();
    }

    [Fact]
    public async Task Closing_leaves_one_whole_file_and_nothing_beside_it_but_the_lock()
    {
        await using (var store = Open())
        {
            await SqliteEventLog.On(store, TimeProvider.System).Appended("rollout/a", 0, Some.Events(3));
        }

        Assert.Equal(["orchestrator.db", "orchestrator.lock"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Every_commit_is_synced_to_the_disk()
    {
        await using var store = Open();

        Assert.Equal(("wal", 2L), await store.Write(session => ((string)session.Scalar("PRAGMA journal_mode")!, (long)session.Scalar("PRAGMA synchronous")!)));
    }

    [Fact]
    public async Task Positions_are_not_given_again_after_the_tail_was_cut()
    {
        await using (var store = Open())
        {
            await SqliteEventLog.On(store, TimeProvider.System).Appended("rollout/a", 0, Some.Events(3));
        }

        Run("DELETE FROM events WHERE version > 1");

        await using var again = Open();
        Assert.Equal(4, (await SqliteEventLog.On(again, TimeProvider.System).Appended("rollout/a", 1, Some.Events(1)))[0].Position);
    }

    [Fact]
    public async Task Meta_keeps_the_last_value_over_a_reopening()
    {
        await using (var store = Open())
        {
            var meta = new SqliteInstallationFacts(store);
            Assert.Null(await meta.Get("clock.anchor"));
            await meta.Set("clock.anchor", "1");
            await meta.Set("clock.anchor", "2");
        }

        await using var again = Open();
        Assert.Equal("2", await new SqliteInstallationFacts(again).Get("clock.anchor"));
    }

    [Fact]
    public async Task Meta_does_not_let_the_stores_own_keys_be_written()
    {
        await using var store = Open();

        await Assert.ThrowsAsync<ArgumentException>(() => new SqliteInstallationFacts(store).Set("schema", "7"));
    }

    private SqliteStore Open() => SqliteStore.Open(_folder.Path, NullLogger.Instance);

    private void Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }
}
