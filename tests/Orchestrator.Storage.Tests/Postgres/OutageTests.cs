using Microsoft.Extensions.Time.Testing;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;
using Orchestrator.PostgreSql;
using Orchestrator.Storage.Postgres;

namespace Orchestrator.Storage.Tests.Postgres;

/// <summary>
/// A database that is stopped, killed or hung. A caller gets an exception in seconds; afterwards calls succeed without a restart.
/// </summary>
public sealed class OutageTests : IAsyncLifetime
{
    // Far above any of our limits and far below the half minute that a default would hang.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private PostgresServer _server = null!;
    private string _database = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _database = await _server.CreateDatabase();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_call_fails_while_the_database_is_down_and_works_when_it_is_back(bool hung)
    {
        await using var open = await OpenLog.On(_database);
        using var head = new PostgresLogHead(open.Store.Settings);
        var log = open.Log;
        var stream = Some.Stream();
        await log.Appended(stream, 0, Some.Events(1));
        Assert.Equal(1, head.Read(Bound).Position);
        if (hung)
        {
            _server.Pause();
        }
        else
        {
            await _server.Stop();
        }

        await Refused(log.Append(stream, 1, Some.Events(1), Some.Metadata("c1")));
        await Refused(log.ReadStream(stream));
        await Refused(log.ReadAll(0, 10));
        await Refused(log.FindCommand(stream, "c1"));
        await Refused(log.Head());
        await Refused(new PostgresGuardStore(open.Store).Renew(["a"]));
        await Refused(new PostgresNodeRegistry(open.Store).All());
        await Refused(new PostgresInstallationFacts(open.Store).Keep("k", null, "v"));
        await Refused(Task.Run(() => head.Read(TimeSpan.FromMilliseconds(300))));
        await Refused(Task.Run(() => head.Read(TimeSpan.FromMilliseconds(300))));
        if (hung)
        {
            _server.Continue();
        }
        else
        {
            await _server.Start();
        }

        await Back(() => log.FindCommand(stream, "c1"), found => Assert.Empty(found));
        await Back(
            () => log.Append(stream, 1, Some.Events(1), Some.Metadata("c2")), outcome => Assert.IsType<AppendOutcome.Appended>(outcome));
        await Back(() => Task.Run(() => head.Read(Bound)), read => Assert.Equal(1, read.Timeline));
        Assert.Null(HashChain.FirstBroken(await log.ReadStream(stream)));
        Assert.Equal([1, 2], (await log.ReadAll(0, 10)).Select(e => e.Version));
    }

    [Fact]
    public async Task One_who_waits_for_news_over_a_restart_hears_what_comes_after_it()
    {
        // Time stands still: only the listener can wake him.
        await using var follower = await OpenLog.On(_database, new FakeTimeProvider());
        var waiting = follower.Log.WaitForNews(0);

        await _server.Restart();
        await using var writer = await OpenLog.On(_database);
        await writer.Log.Appended(Some.Stream(), 0, Some.Events(1));

        await waiting.WaitAsync(Some.Patience);
        await Back(() => follower.Log.ReadAll(0, 10), read => Assert.Single(read));
    }

    [Fact]
    public async Task What_was_acknowledged_survives_the_death_of_the_server()
    {
        await using var open = await OpenLog.On(_database);
        var stream = Some.Stream();
        var acknowledged = 0L;
        var dying = Task.CompletedTask;
        while (true)
        {
            try
            {
                if (await open.Log.Append(stream, acknowledged, Some.Events(1), Some.Metadata()) is not AppendOutcome.Appended)
                {
                    break;
                }
            }
            catch (StorageUnavailableException)
            {
                break;
            }

            if (++acknowledged == 30)
            {
                dying = Task.Run(_server.Kill);
            }
        }

        await dying;
        await _server.Start();

        await Back(() => open.Log.ReadStream(stream), read =>
        {
            // The one whose answer was lost may be there too.
            Assert.InRange(read.Count, acknowledged, acknowledged + 1);
            Assert.Null(HashChain.FirstBroken(read));
        });
    }

    [Fact]
    public async Task A_replica_is_not_asked_where_the_log_stands()
    {
        await using var open = await OpenLog.On(_database);
        using var head = new PostgresLogHead(open.Store.Settings);
        Assert.Equal(new LogHead(1, 0), head.Read(Bound));

        await _server.Stop();
        await File.WriteAllTextAsync(Path.Combine(_server.DataFolder, "standby.signal"), "");
        await _server.Start();
        Assert.Throws<StorageUnavailableException>(() => head.Read(Bound));

        var refused = Assert.Throws<StorageUnavailableException>(() => head.Read(Bound));
        Assert.Contains("replica", refused.Message, StringComparison.Ordinal);
    }

    private static async Task Refused(Task call)
    {
        try
        {
            await call.WaitAsync(Bound);
            Assert.Fail("It answered.");
        }
        catch (StorageUnavailableException)
        {
        }
    }

    /// <summary>Connections that died with the server are found out one by one.</summary>
    private static async Task Back<T>(Func<Task<T>> call, Action<T> assert)
    {
        var (_, answer) = await Eventually.Until(
            "a call that reaches the database again",
            async () =>
            {
                try
                {
                    return (Failure: null, Answer: await call());
                }
                catch (StorageUnavailableException e)
                {
                    return (Failure: (Exception?)e, Answer: default(T));
                }
            },
            called => called.Failure is null,
            called => $"{called.Failure}");
        assert(answer!);
    }
}
