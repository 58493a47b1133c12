using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Routing;

public sealed class RoutingTableTests
{
    [Fact]
    public void What_did_not_change_is_taken_over()
    {
        var segment = Some.Segment("s", new SegmentRule.OptedIn(), null, "u");
        var before = Some.Table([Some.Route(0, ["s"], flag: "a"), Some.Route(0, flag: "b")], segment);

        var after = before.With(
            new EnvironmentModel
            {
                Name = "production",
                Flags = [new("theme", "\"blue\"")],
                Routes = [Some.Route(0, flag: "b"), Some.Route(5, ["s"], flag: "a")],
                Segments = [segment]
            }, 43);

        Assert.Same(Find(before, "theme"), Find(after, "theme"));
        Assert.Same(before.Production().Segment(0), after.Production().Segment(0));
        Assert.NotSame(Find(before, "a"), Find(after, "a"));
        Assert.Equal((43, 1), (after.Position, after.Timeline));
        Assert.Equal(Share.None, Find(before, "a").Route!.Percentage);
    }

    [Fact]
    public void A_segment_defined_later_is_found_by_the_flags_that_name_it()
    {
        var before = Some.Table(Some.Route(0, ["later"]));
        var after = before.With("production", Some.Segment("later", Some.Internal), 43);

        Assert.False(before.Ask(Some.User(before, "u").Set("internal", true)).IsNew);
        Assert.True(after.Ask(Some.User(after, "u").Set("internal", true)).IsNew);
        Assert.Same(Find(before, "flag"), Find(after, "flag"));
    }

    [Fact]
    public void A_segment_or_flag_that_is_gone_from_the_model_is_gone()
    {
        var table = Some.Table(Some.Route(0, ["s"]), Some.Segment("s", new SegmentRule.All([])))
            .With(new EnvironmentModel { Name = "production", Routes = [Some.Route(0, ["s"])] }, 43);

        Assert.False(table.Ask(Some.User(table, "u")).IsNew);
        Assert.Equal(RouteError.FlagNotFound, table.Ask(Some.User(table, "u"), "theme").Error);
    }

    [Fact]
    public void A_routed_flag_beats_a_static_one_and_the_later_static_one_the_earlier()
    {
        var table = RoutingTable.Empty.With(
            new EnvironmentModel { Name = "production", Flags = [new("flag", "1"), new("x", "1"), new("x", "2")], Routes = [Some.Route(100_000)] }, 1);

        Assert.True(table.Ask(Some.User(table, "u")).IsNew);
        Assert.True(table.Ask(Some.User(table, "u"), "x").Value.SequenceEqual("2"u8));
    }

    [Fact]
    public void An_environment_changes_only_when_something_in_it_does()
    {
        var (route, segment) = (Some.Route(0, ["s"]), Some.Segment("s", Some.Internal));
        var before = Some.Table(route, segment);
        var since = before.Production().Since;
        EnvironmentModel Same() => new() { Name = "production", Flags = [new("theme", "\"blue\"")], Routes = [route], Segments = [segment] };

        Assert.Equal(before.Position, since);
        Assert.Equal(since, before.At(50).Production().Since);
        Assert.Equal(since, before.With("production", route, 50).Production().Since);
        Assert.Equal(since, before.With("production", segment, 50).Production().Since);
        Assert.Equal(since, before.With(Same(), 50).Production().Since);
        Assert.Equal(since, before.With(Same() with { Name = "staging" }, 50).Production().Since);
        Assert.Equal(50, before.With("production", Some.Route(1, ["s"]), 50).Production().Since);
        Assert.Equal(50, before.With("production", Some.Segment("s", Some.Internal), 50).Production().Since);
        Assert.Equal(50, before.With(Same() with { Segments = [] }, 50).Production().Since);
        Assert.Equal(50, before.With(Same() with { Flags = [new("theme", "1")] }, 50).Production().Since);
        Assert.Equal(50, before.With(Same() with { Routes = [] }, 50).Production().Since);
    }

    [Fact]
    public void An_answer_tells_the_segment_or_the_bucket_that_decided()
    {
        var table = Some.Table([Some.Route(40_000, ["none", "s"])], Some.Segment("s", Some.Internal));

        var split = table.Ask(Some.User(table, "u"));
        var targeted = table.Ask(Some.User(table, "u").Set("internal", true));

        Assert.Equal((split.Bucket < 40_000, null), (split.IsNew, split.Segment));
        Assert.Equal(((int?)null, "s"), (targeted.Bucket, targeted.Segment));
    }

    [Fact]
    public void Newer_is_by_timeline_and_then_position()
    {
        RoutingTable At(long timeline, long position) => RoutingTable.Compile(new TableModel(position, [], timeline));

        Assert.True(At(1, 2).IsNewerThan(At(1, 1)));
        Assert.True(At(2, 1).IsNewerThan(At(1, 9)));
        Assert.False(At(1, 1).IsNewerThan(At(1, 1)));
        Assert.False(At(1, 9).IsNewerThan(At(2, 1)));
    }

    [Fact]
    public void A_context_of_an_older_table_meets_a_newer_one_without_harm()
    {
        var before = Some.Table(Some.Route(0, ["s"]));
        var user = Some.User(before, "u").Set("internal", true);
        var after = before.With("production", Some.Segment("s", Some.Internal), 43);

        Assert.False(after.Ask(user).IsNew);
    }

    [Fact]
    public void Of_ten_thousand_flags_only_the_changed_one_is_compiled_again()
    {
        var routes = Enumerable.Range(0, 10_000).Select(i => Some.Route(10_000, ["s"], flag: $"flag-{i}")).ToArray();
        var segment = Some.Segment("s", Some.Internal);
        var table = Some.Table(routes, segment);
        routes[5000] = routes[5000] with { Percentage = Share.OfPercent(20) };

        foreach (var after in (RoutingTable[])[
            table.With(new EnvironmentModel { Name = "production", Routes = [.. routes], Segments = [segment] }, 43),
            table.With("production", routes[5000], 43)])
        {
            var changed = Enumerable.Range(0, 10_000).Where(i => !ReferenceEquals(Find(table, $"flag-{i}"), Find(after, $"flag-{i}")));
            Assert.Equal([5000], changed);
        }
    }

    private static FlagEntry Find(RoutingTable table, string flag)
    {
        Assert.True(table.Production().TryFind(flag, out var entry));
        return entry;
    }
}
