using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Routing;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Storage.Tests.Contracts;

/// <summary>State that the processes of one installation share beside the log: its head, guards, nodes and facts.</summary>
public abstract class ClusterContract : IAsyncLifetime
{
    private (IEventLog Log, ILogHead Head, IGuardStore Guards, INodeRegistry Nodes, InstallationFacts Facts) _store;

    public async ValueTask InitializeAsync() => _store = await Open();

    public abstract ValueTask DisposeAsync();

    /// <summary>Opens a new, empty store.</summary>
    protected abstract Task<(IEventLog Log, ILogHead Head, IGuardStore Guards, INodeRegistry Nodes, InstallationFacts Facts)> Open();

    [Fact]
    public async Task The_head_is_on_the_first_timeline_and_moves_with_the_log()
    {
        Assert.Equal(new LogHead(1, 0), _store.Head.Read(Some.Patience));
        var appended = await _store.Log.Appended(Some.Stream(), 0, Some.Events(3));

        Assert.Equal(new LogHead(1, appended[^1].Position), _store.Head.Read(Some.Patience));
        Assert.Equal(new LogHead(1, appended[^1].Position), _store.Head.Read(Some.Patience));
    }

    [Fact]
    public async Task A_guard_is_as_old_as_its_last_renewal()
    {
        await _store.Guards.Renew([]);
        Assert.Empty(await _store.Guards.Ages());
        await _store.Guards.Renew(["a", "b", "b"]);
        var before = await _store.Guards.Ages();
        await _store.Guards.Renew(["b"]);
        var after = await _store.Guards.Ages();

        Assert.Equal(["a", "b"], after.Keys.Order());
        Assert.All(after.Values, age => Assert.InRange(age, TimeSpan.Zero, Some.Patience));
        Assert.True(after["a"] >= before["a"]);
        Assert.True(after["b"] <= after["a"]);
    }

    [Fact]
    public async Task Guards_that_many_renew_at_once_are_all_renewed()
    {
        string[] rollouts = [.. Enumerable.Range(0, 50).Select(i => $"rollout-{i:00}")];

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(async () =>
        {
            for (var times = 0; times < 5; times++)
            {
                await _store.Guards.Renew(i % 2 == 0 ? rollouts : [.. rollouts.Reverse()]);
            }
        })));

        Assert.Equal(rollouts, (await _store.Guards.Ages()).Keys.Order());
    }

    [Fact]
    public async Task A_node_is_known_by_its_last_report_until_it_leaves()
    {
        var silo = new NodeReport("b:7", "silo", "1.0", "http://b", 1, 10, null, TimeSpan.FromSeconds(10), false) { Uptime = TimeSpan.FromHours(3) };
        var evaluation = new NodeReport("a:8", "evaluation", "1.0", "http://a", 2, 12, TimeSpan.FromMilliseconds(1.5), TimeSpan.FromSeconds(2), true);
        await _store.Nodes.Report(silo);
        await _store.Nodes.Report(evaluation);
        await _store.Nodes.Report(silo with { Position = 11, CaughtUp = true });

        var known = await _store.Nodes.All();
        Assert.Equal([evaluation, silo with { Position = 11, CaughtUp = true }], known.Select(n => n.Report));
        Assert.All(known, n => Assert.InRange(n.Age, TimeSpan.Zero, Some.Patience));

        await _store.Nodes.Leave("a:8");
        await _store.Nodes.Leave("never");
        Assert.Equal(["b:7"], (await _store.Nodes.All()).Select(n => n.Report.Id));
    }

    [Fact]
    public async Task A_fact_is_kept_until_it_is_set_again()
    {
        Assert.Null(await _store.Facts.Get("k"));
        await _store.Facts.Set("k", "1");
        await _store.Facts.Set("k", "größe");

        Assert.Equal("größe", await _store.Facts.Get("k"));
    }

    [Fact]
    public async Task Of_many_who_keep_a_fact_the_first_one_says_it_for_all()
    {
        var first = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => _store.Facts.Keep("k", null, $"{i}"))));
        var second = await Task.WhenAll(Enumerable.Range(10, 8).Select(i => Task.Run(() => _store.Facts.Keep("k", first[0], $"{i}"))));

        Assert.Single(first.Distinct());
        Assert.Single(second.Distinct());
        Assert.NotEqual(first[0], second[0]);
        Assert.Equal(second[0], await _store.Facts.Get("k"));
    }

    [Fact]
    public async Task The_timeline_is_no_fact_to_be_set()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _store.Facts.Set("timeline", "7"));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.Facts.Keep("timeline", "1", "7"));
    }
}
