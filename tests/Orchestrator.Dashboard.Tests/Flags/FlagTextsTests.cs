using System.Text.Json;
using Orchestrator.Dashboard.Pages.Flags;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Tests.Flags;

public sealed class FlagTextsTests
{
    private static readonly Viewer Viewer = Viewer.Read(null, null, null, new DateTimeOffset(2026, 11, 24, 13, 3, 0, TimeSpan.Zero));

    [Fact]
    public void One_routed_flag_is_said_with_decision_answers_and_nodes()
    {
        var flags = Flags(Routed(25, new ServedData(46_184, 137_816, 60)));
        NodeRow[] nodes = [Node("a", 10, 0.4), Node("b", 10, 1.2)];
        Assert.Equal(
            "useNew: 25% of users on new decided, 25.1 % of 184,000 answers in 1 min. 2 of 2 nodes have it; the slowest was confirmed 1.2 s ago.",
            FlagTexts.Lead(flags, nodes, Viewer));
    }

    [Fact]
    public void Absence_of_answers_is_no_share()
    {
        var flag = Routed(25, new ServedData(0, 0, 60));
        Assert.Null(FlagTexts.ServedShare(flag.Served));
        Assert.Null(FlagTexts.ReportedShare(null));
        Assert.Null(FlagTexts.ReportedShare(new ReportedData(null, null, "1m", null)));
        Assert.Equal(["25 %", "no answers", "no requests"], FlagTexts.Bars(flag).Select(bar => bar.Shown));
        Assert.Contains("no answer of a node in 1 min", FlagTexts.Said(flag), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(25, 25_000, 75_000, false)]
    [InlineData(25, 31_000, 69_000, true)]
    [InlineData(0, 5, 50, false)]
    [InlineData(0, 3_000, 7_000, true)]
    [InlineData(100, 9_900, 100, false)]
    public void Served_beyond_chance_is_said(double decided, long fresh, long legacy, bool apart) =>
        Assert.Equal(apart, FlagTexts.Apart(Routed(decided, new ServedData(fresh, legacy, 60))) is not null);

    [Fact]
    public void Reported_that_differs_names_the_service() => Assert.EndsWith(
        "A service may not follow the flag.",
        FlagTexts.Apart(Routed(25, new ServedData(250, 750, 60)) with { Reported = new ReportedData(3_100, 6_900, "1m", null) }), StringComparison.Ordinal);

    [Fact]
    public void Route_with_segments_is_not_compared_with_its_percentage()
    {
        var flag = Routed(0, new ServedData(9_000, 1_000, 60));
        Assert.Null(FlagTexts.Apart(flag with { Decided = flag.Decided! with { Segments = [new DecidedSegment("beta", 100, false)] } }));
    }

    [Fact]
    public void Environment_without_a_flag_says_so() =>
        Assert.Equal("No flag is in force in staging.", FlagTexts.Lead(new FlagsData("staging", 1, 5, [], null, Counted), [], Viewer));

    [Fact]
    public void Node_against_its_lease_is_a_sentence()
    {
        Assert.Equal("4.2 s old, lease 10 s: in 5.8 s it answers by its fallback", NodeTexts.Lease(Node("a", 1, 4.2)));
        Assert.StartsWith("14 s old, lease 10 s: stale", NodeTexts.Lease(Node("a", 1, 14) with { Stale = true }), StringComparison.Ordinal);
        Assert.Equal("not confirmed yet", NodeTexts.Lease(Node("a", 1, null)));
        Assert.Equal(0.42, NodeTexts.Part(Node("a", 1, 4.2))!.Value, 6);
        Assert.Null(NodeTexts.Part(Node("a", 1, null)));
    }

    [Fact]
    public void Nodes_that_are_behind_come_first()
    {
        NodeRow[] nodes = [Node("ahead", 10, 0), Node("behind", 7, 0), Node("stale", 10, 20) with { Stale = true }];
        Assert.Equal(["stale", "behind", "ahead"], NodeTexts.BehindFirst(nodes).Select(node => node.Id));
        Assert.Equal(["none", "3 events behind", "none"], nodes.Select(node => NodeTexts.Lag(node, nodes)));
    }

    [Theory]
    [InlineData("10s", 10.0)]
    [InlineData("1m", 60.0)]
    [InlineData("500ms", 0.5)]
    [InlineData("", null)]
    [InlineData("x", null)]
    [InlineData("1m30s", null)]
    public void Lease_is_read_or_unknown(string text, double? seconds) => Assert.Equal(seconds, NodeTexts.Seconds(text));

    [Fact]
    public void Long_value_is_cut() =>
        Assert.Equal(201, FlagTexts.Value(JsonSerializer.SerializeToElement(new string('x', 500))).Length);

    private static CountedData Counted { get; } = new(["a"], [], true);

    private static FlagsData Flags(params FlagData[] flags) => new("production", 1, 10, flags, null, Counted);

    private static FlagData Routed(double percentage, ServedData served) => new()
    {
        Key = "useNew",
        Kind = "routed",
        Rollout = "r1",
        Decided = new DecidedData("split", percentage, $"{percentage}% of users", []),
        Served = served,
    };

    private static NodeRow Node(string id, long position, double? freshness) =>
        new() { Id = id, Role = "silo", Timeline = 1, Position = position, Freshness = freshness, Lease = "10s" };
}
