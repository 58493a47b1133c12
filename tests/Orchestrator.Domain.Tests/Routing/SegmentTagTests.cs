using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Routing;

/// <summary>The segments by which requests of a user are measured.</summary>
public sealed class SegmentTagTests
{
    private static readonly SegmentModel[] Segments =
    [
        Some.Segment("eu", Some.Rule("region", new AttributeTest.EqualTo(AttributeValue.Of("eu")))), Some.Segment("internal", Some.Internal),
        Some.Segment("members", new SegmentRule.OptedIn(), null, "ada"), Some.Segment("other", new SegmentRule.Not(Some.Internal)),
    ];

    private static readonly RoutedFlag Route = Some.Route(10_000) with { Judged = ["internal", "eu", "members"] };

    [Theory]
    [InlineData("ada", "eu", true, "internal,eu,members")]
    [InlineData("bob", "eu", false, "eu")]
    [InlineData("bob", "us", false, null)]
    [InlineData(null, "eu", true, "internal,eu")]
    public void All_that_the_plan_judges_and_the_user_is_of_are_told_in_its_order(string? key, string region, bool inside, string? expected)
    {
        var table = Some.Table(Route, Segments);
        var user = Some.User(table, key).Set("region", region).Set("internal", inside);

        Assert.Equal(expected, Router.SegmentsOf(table.Production(), table.Ask(user).Entry!, user));
        Assert.Same(Router.SegmentsOf(table.Production(), table.Ask(user).Entry!, user),
            Router.SegmentsOf(table.Production(), table.Ask(user).Entry!, user));
    }

    [Fact]
    public void Segment_that_was_taken_back_by_hand_is_told_too()
    {
        var table = Some.Table(Route with { TakenBack = ["other", "eu"] }, Segments);
        var user = Some.User(table, "bob").Set("region", "eu").Set("internal", false);

        Assert.Equal("eu,other", Router.SegmentsOf(table.Production(), table.Ask(user).Entry!, user));
    }

    [Fact]
    public void At_most_32_are_told_of_one_user_and_nothing_is_told_of_a_static_flag()
    {
        var many = Enumerable.Range(0, 60).Select(i => Some.Segment($"s{i}", Some.Internal)).ToArray();
        var table = Some.Table(Route with { Judged = [.. many.Select(s => s.Key)] }, many);
        var user = Some.User(table, "u").Set("internal", true);

        Assert.Equal(
            string.Join(',', many.Take(32).Select(s => s.Key)), Router.SegmentsOf(table.Production(), table.Ask(user).Entry!, user));
        Assert.Null(Router.SegmentsOf(table.Production(), table.Ask(user, "theme").Entry!, user));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(TableDocument.Format)]
    public void Readers_of_every_format_are_told_them_and_decide_as_before(int format)
    {
        var table = Some.Table(Route, Segments);
        var read = TableDocument.Read(TableDocument.Write(table.Production(), "production", static _ => false, format).ToArray()).Model;

        Assert.Equal(["internal", "eu", "members"], read.Routes.Single().Judged);
        Assert.Equal((RouteMode.Split, Share.OfPercent(10)), (read.Routes.Single().Mode, read.Routes.Single().Percentage));
        Assert.Empty(TableDocument.Read(TableDocument.Write(Some.Table(Some.Route(1)).Production(), "production", static _ => false, format)
            .ToArray()).Model.Routes.Single().Judged);
    }

    [Fact]
    public void Segments_that_were_told_before_allocate_nothing()
    {
        var table = Some.Table(Route, Segments);
        var user = Some.User(table, "ada").Set("region", "eu").Set("internal", true);
        var entry = table.Ask(user).Entry!;
        Router.SegmentsOf(table.Production(), entry, user);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Router.SegmentsOf(table.Production(), entry, user);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Route_that_is_told_alone_finds_its_segments()
    {
        var table = Some.Table(Some.Route(0), Segments).With("production", Route, 43);
        var user = Some.User(table, "bob").Set("region", "eu");

        Assert.Equal("eu", Router.SegmentsOf(table.Production(), table.Ask(user).Entry!, user));
    }
}
