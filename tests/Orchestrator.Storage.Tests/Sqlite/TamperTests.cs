using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Domain.Events;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Storage.Tests.Sqlite;

/// <summary>Somebody edits the file with a tool of his own: the chain of hashes tells where.</summary>
public sealed class TamperTests : IDisposable
{
    private const string Stream = "rollout/checkout";

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("UPDATE events SET data = CAST('{\"percentage\":99}' AS BLOB) WHERE version = 3", 3)]
    [InlineData("UPDATE events SET at = at + 1 WHERE version = 2", 2)]
    [InlineData("UPDATE events SET actor_id = 'somebody-else' WHERE version = 4", 4)]
    [InlineData("UPDATE events SET actor_role = NULL WHERE version = 1", 1)]
    [InlineData("UPDATE events SET cause = NULL WHERE version = 5", 5)]
    [InlineData("UPDATE events SET command_id = '' WHERE version = 1", 1)]
    [InlineData("UPDATE events SET hash = zeroblob(32) WHERE version = 5", 5)]
    [InlineData("DELETE FROM events WHERE version = 3", 3)]
    [InlineData("DELETE FROM events WHERE version = 3; UPDATE events SET version = version - 1 WHERE version > 3", 3)]
    [InlineData("UPDATE events SET version = 9 WHERE version = 2; UPDATE events SET version = 2 WHERE version = 3; UPDATE events SET version = 3 WHERE version = 9", 2)]
    public async Task A_row_that_was_edited_dropped_or_moved_breaks_the_chain_there(string sql, long broken)
    {
        await using (var store = SqliteStore.Open(_folder.Path, NullLogger.Instance))
        {
            await SqliteEventLog.On(store, TimeProvider.System).Appended(Stream, 0, Some.Events(5));
        }

        Assert.Null(await FirstBroken());
        Run(sql);

        Assert.Equal(broken, await FirstBroken());
    }

    private async Task<long?> FirstBroken()
    {
        await using var store = SqliteStore.Open(_folder.Path, NullLogger.Instance);
        return HashChain.FirstBroken(await SqliteEventLog.On(store, TimeProvider.System).ReadStream(Stream));
    }

    private void Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }
}
