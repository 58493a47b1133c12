using System.Net;
using Orchestrator.Dashboard.Pages.Nodes;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Nodes;

public sealed class NodesPageTests
{
    private static readonly NodeRow Good = new() { Id = "silo-1", Role = "silo", Position = 100, Freshness = 0.4, Lease = "10s", CaughtUp = true };

    [Fact]
    public async Task Page_shows_the_node_its_uptime_and_the_guards()
    {
        await using var silo = await SiloHost.Start();
        using var viewer = await Reader.Of(silo, "viewer");
        var before = await viewer.Open("/nodes");
        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.Contains("No rollout is watched.", before.Text, StringComparison.Ordinal);
        await Stories.Start(silo, "r1");
        var page = await Eventually.Until(
            "the guard is renewed", () => viewer.Open("/nodes"), one => one.Text.Contains("✓ watched", StringComparison.Ordinal), one => one.Text);
        Assert.Contains("of 1 node", page.Lead, StringComparison.Ordinal);
        Assert.Equal("/rollouts/r1", page.Document.QuerySelector("a[href='/rollouts/r1']")!.GetAttribute("href"));
        Assert.Contains("this node made this page", page.Text, StringComparison.Ordinal);
        Assert.All(page.Document.QuerySelectorAll("td"), cell => Assert.False(string.IsNullOrEmpty(cell.GetAttribute("data-label"))));
    }

    [Fact]
    public void Lead_counts_fresh_nodes_and_names_those_behind()
    {
        var late = Good with { Id = "silo-2", Position = 97, Freshness = 4.2, Reported = 0.5 };
        var stale = Good with { Id = "silo-3", Stale = true, Freshness = 40, Reported = 39 };
        Assert.Equal("1 of 1 node answers by a fresh table. Each has the newest position. The oldest table is 400 ms old, on silo-1 (lease 10s).", NodesTexts.Lead([Good]));
        Assert.Equal(("97, 3 events behind", "100"), (NodesTexts.Position(late, 100), NodesTexts.Position(Good, 100)));
        Assert.Equal(
            "2 of 3 nodes answer by a fresh table. silo-2 is behind, by 3 events at most. The oldest table is 40 s old, on silo-3 (lease 10s).",
            NodesTexts.Lead([Good, late, stale]));
    }

    [Fact]
    public void Node_without_a_report_is_silent_and_never_fresh()
    {
        Assert.Equal(("silent", "No report for 5 s."), Of(Good with { Reported = 5 }));
        Assert.Equal("stale", Of(Good with { Reported = 50, Stale = true }).Word);
        Assert.Contains("longer than its lease", Of(Good with { Reported = 50, Stale = true }).Text, StringComparison.Ordinal);
        Assert.Equal("reads the log", Of(Good with { CaughtUp = false }).Word);
        Assert.Equal(("returning", "Its table is fresh again; 40 % of the users are answered by it."), Of(Good with { Returning = 40 }));
        Assert.Equal(("fresh", "Its table is 400 ms old; the lease is 10s."), Of(Good));

        static (string Word, string Text) Of(NodeRow node) => (NodesTexts.Sign(node).Word, NodesTexts.State(node));
    }

    [Theory]
    [InlineData(null, "unknown")]
    [InlineData(-1.0, "unknown")]
    [InlineData(double.NaN, "unknown")]
    [InlineData(double.MaxValue, "unknown")]
    [InlineData(75.0, "1 min 15 s")]
    public void Seconds_that_are_no_time_are_unknown(double? seconds, string text) => Assert.Equal(text, NodesTexts.Seconds(seconds));

    [Fact]
    public void Guard_without_a_round_is_no_success()
    {
        Assert.Equal("no round yet", NodesTexts.Sign(new GuardData("r1", null, false)).Word);
        Assert.Equal("unwatched", NodesTexts.Sign(new GuardData("r1", 31, true)).Word);
        Assert.Equal("renewed 2 s ago", NodesTexts.Guard(new GuardData("r1", 2, false)));
    }

    [Theory]
    [InlineData(null, "unknown")]
    [InlineData(double.NaN, "unknown")]
    [InlineData(-0.02, "as the store's")]
    [InlineData(3600.0, "1 h ahead of the store's")]
    [InlineData(-90.0, "1 min 30 s behind the store's")]
    [InlineData(double.MinValue, "unknown behind the store's")]
    public void Clock_is_compared_with_that_of_the_store(double? ahead, string text) =>
        Assert.Equal(text, NodesTexts.Clock(Good with { ClockAhead = ahead }));
}
