using Npgsql;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>Several processes on one database, and appends that end otherwise than planned.</summary>
public sealed class AppendTests(SharedServer shared)
{
    // This one may take longer than the server usually suffers.
    private const string Patient = ";Options=-c idle_in_transaction_session_timeout=60000";

    [Fact]
    public async Task Two_processes_write_one_stream_without_losing_or_doubling_anything()
    {
        const int Each = 25;
        var database = await shared.Database();
        await using var a = await OpenLog.On(database);
        await using var b = await OpenLog.On(database);
        var stream = Some.Stream();

        await Task.WhenAll(new[] { a, b }.Select(process => Task.Run(async () =>
        {
            var version = 0L;
            for (var won = 0; won < Each;)
            {
                switch (await process.Log.Append(stream, version, Some.Events(1), Some.Metadata()))
                {
                    case AppendOutcome.Appended:
                        version++;
                        won++;
                        break;
                    case AppendOutcome.Conflict(var actual):
                        version = actual;
                        break;
                    case var unexpected:
                        Assert.Fail($"{unexpected}");
                        break;
                }
            }
        }))).WaitAsync(Some.Patience);

        var read = await a.Log.ReadStream(stream);
        Assert.Equal(2 * Each, read.Count);
        Assert.Null(HashChain.FirstBroken(read));
        Assert.Equal(read, await b.Log.ReadAll(0, int.MaxValue), SameEvent.Instance);
    }

    [Fact]
    public async Task A_younger_append_is_not_visible_before_an_older_one()
    {
        var database = await shared.Database();
        var reached = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using var slow = await OpenLog.On(database + Patient, commit: async (transaction, stop) =>
        {
            reached.SetResult();
            await goOn.Task;
            await transaction.CommitAsync(stop);
        });
        await using var quick = await OpenLog.On(database);
        var (older, younger) = (Some.Stream(), Some.Stream());

        var first = slow.Log.Append(older, 0, Some.Events(2), Some.Metadata());
        await reached.Task.WaitAsync(Some.Patience);
        var second = quick.Log.Append(younger, 0, Some.Events(1), Some.Metadata());
        await Until(database, "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))");
        Assert.Empty(await quick.Log.ReadAll(0, 10));
        Assert.Equal(0, await quick.Log.Head());
        Assert.False(second.IsCompleted);
        goOn.SetResult();

        Assert.IsType<AppendOutcome.Appended>(await first.WaitAsync(Some.Patience));
        Assert.IsType<AppendOutcome.Appended>(await second.WaitAsync(Some.Patience));
        Assert.Equal([older, older, younger], (await quick.Log.ReadAll(0, 10)).Select(e => e.Stream));
    }

    [Fact]
    public async Task An_append_that_was_rolled_back_leaves_a_gap_that_no_reader_waits_at()
    {
        var database = await shared.Database();
        await using var unlucky = await OpenLog.On(database, commit: async (transaction, stop) =>
        {
            await transaction.RollbackAsync(stop);
            throw new NpgsqlException("gone");
        });
        await using var log = await OpenLog.On(database);
        var stream = Some.Stream();
        var before = await log.Log.Appended(stream, 0, Some.Events(1));

        Assert.IsType<AppendOutcome.Unknown>(await unlucky.Log.Append(stream, 1, Some.Events(3), Some.Metadata("lost")));

        Assert.Empty(await log.Log.FindCommand(stream, "lost"));
        var after = await log.Log.Appended(stream, 1, Some.Events(1));
        Assert.True(after[0].Position > before[0].Position + 1);
        Assert.Equal([1, 2], (await log.Log.ReadAll(0, 10)).Select(e => e.Version));
        Assert.Equal(after[0].Position, await log.Log.Head());
        Assert.Null(HashChain.FirstBroken(await log.Log.ReadStream(stream)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_cut_around_the_commit_is_unknown_until_the_command_is_looked_for(bool arrives)
    {
        var database = await shared.Database();
        await using var proxy = new CuttingProxy(shared.Server.Port);
        await using var cut = await OpenLog.On(proxy.Through(database), commit: (transaction, stop) =>
        {
            if (arrives)
            {
                proxy.CutNextCommitsAnswer();
            }
            else
            {
                proxy.CutNextCommit();
            }

            return transaction.CommitAsync(stop);
        });
        await using var other = await OpenLog.On(database);
        var stream = Some.Stream();

        var outcome = await cut.Log.Append(stream, 0, Some.Events(2), Some.Metadata("c1")).WaitAsync(Some.Patience);

        Assert.IsType<AppendOutcome.Unknown>(outcome);
        long[] expected = arrives ? [1, 2] : [];
        Assert.Equal(expected, (await other.Log.FindCommand(stream, "c1")).Select(e => e.Version));
        Assert.Equal(expected, (await cut.Log.FindCommand(stream, "c1")).Select(e => e.Version));
        Assert.Null(HashChain.FirstBroken(await other.Log.ReadStream(stream)));
    }

    [Fact]
    public async Task Looking_for_a_command_waits_for_its_commit_under_way()
    {
        var database = await shared.Database();
        var reached = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using var slow = await OpenLog.On(database + Patient, commit: async (transaction, stop) =>
        {
            reached.SetResult();
            await goOn.Task;
            await transaction.CommitAsync(stop);
        });
        await using var other = await OpenLog.On(database);
        var stream = Some.Stream();

        var append = slow.Log.Append(stream, 0, Some.Events(1), Some.Metadata("c1"));
        await reached.Task.WaitAsync(Some.Patience);
        var finding = other.Log.FindCommand(stream, "c1");
        goOn.SetResult();

        Assert.Single(await finding.WaitAsync(Some.Patience));
        Assert.IsType<AppendOutcome.Appended>(await append);
    }

    [Fact]
    public async Task A_process_stopped_in_the_middle_of_an_append_stops_no_other_and_writes_nothing()
    {
        var database = await shared.Database();
        var reached = new TaskCompletionSource();
        var wakeUp = new TaskCompletionSource();
        await using var stopped = await OpenLog.On(database, commit: async (transaction, stop) =>
        {
            reached.SetResult();
            await wakeUp.Task;
            await transaction.CommitAsync(stop);
        });
        await using var other = await OpenLog.On(database);
        var stream = Some.Stream();

        var asleep = stopped.Log.Append(stream, 0, Some.Events(1), Some.Metadata("asleep"));
        await reached.Task.WaitAsync(Some.Patience);
        await Until(database, "SELECT NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database())");
        await other.Log.Appended(stream, 0, Some.Events(1));
        wakeUp.SetResult();

        Assert.IsType<AppendOutcome.Unknown>(await asleep.WaitAsync(Some.Patience));
        Assert.Empty(await other.Log.FindCommand(stream, "asleep"));
        Assert.Single(await other.Log.ReadStream(stream));
    }

    [Fact]
    public async Task Every_append_is_called_out_to_those_who_listen()
    {
        var database = await shared.Database();
        await using var log = await OpenLog.On(database);
        await using var source = NpgsqlDataSource.Create(database);
        await using var listening = await source.OpenConnectionAsync();
        await new NpgsqlCommand("LISTEN orchestrator_events", listening).ExecuteNonQueryAsync();

        await log.Log.Append(Some.Stream(), 7, Some.Events(1), Some.Metadata());
        await log.Log.Appended(Some.Stream(), 0, Some.Events(1));

        await listening.WaitAsync().WaitAsync(Some.Patience);
    }

    [Theory]
    [InlineData("""UPDATE orchestrator.mt_events SET data = jsonb_set(data, '{Json}', '"{\"percentage\":99}"') WHERE version = 3""", 3)]
    [InlineData("UPDATE orchestrator.mt_events SET data = jsonb_set(data, '{ActorId}', '\"somebody-else\"') WHERE version = 4", 4)]
    [InlineData("UPDATE orchestrator.mt_events SET data = data - 'Cause' WHERE version = 5", 5)]
    [InlineData("UPDATE orchestrator.mt_events SET type = 'rollout.rolled_back' WHERE version = 2", 2)]
    [InlineData("DELETE FROM orchestrator.mt_events WHERE version = 3; UPDATE orchestrator.mt_events SET version = version - 1 WHERE version > 3", 3)]
    public async Task A_row_that_was_edited_or_dropped_breaks_the_chain_there_and_nothing_else_does(string sql, long broken)
    {
        var database = await shared.Database();
        await using var log = await OpenLog.On(database);
        var stream = Some.Stream();
        await log.Log.Appended(stream, 0, [.. Some.Events(4), Some.Event("""{ "zz": 1.50, "a": 1e2, "a": 2 }""")]);
        Assert.Null(HashChain.FirstBroken(await log.Log.ReadStream(stream)));

        await using var source = NpgsqlDataSource.Create(database);
        Assert.True(await source.CreateCommand(sql).ExecuteNonQueryAsync() > 0);

        Assert.Equal(broken, HashChain.FirstBroken(await log.Log.ReadStream(stream)));
    }

    private static async Task Until(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await Eventually.Until(sql, async () => (bool)(await source.CreateCommand(sql).ExecuteScalarAsync())!);
    }
}
