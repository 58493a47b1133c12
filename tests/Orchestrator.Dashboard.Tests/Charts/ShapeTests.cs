using AngleSharp.Dom;
using Orchestrator.Dashboard.Charts;

namespace Orchestrator.Dashboard.Tests.Charts;

/// <summary>The smaller pictures: distance, meter, shares, steps, plan.</summary>
public sealed class ShapeTests
{
    private static readonly DateTimeOffset Now = Rendering.Now;

    [Theory]
    [InlineData(0.5, "40%", "is-met")]
    [InlineData(0.9, "72%", "is-warning")]
    [InlineData(1.0, "90%", "is-breached")]
    [InlineData(double.MaxValue, "90%", "is-breached")]
    [InlineData(0.0, "0%", "is-met")]
    [InlineData(double.MinValue, "0%", "is-met")]
    public async Task Tick_of_a_distance_is_beyond_the_limit_once_it_is_passed(
        double part, string place, string verdict)
    {
        var page = await Rendering.Page<DistanceBar>(
            ("Part", part), ("Observed", "0.3%"), ("Limit", "0.5%"), ("Label", "error rate"), ("Id", "d1"));

        Assert.Equal(place, page.Of("line.tick", "x1"));
        Assert.Contains(verdict, page.Of("svg.distance", "class"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(double.NaN)]
    public async Task Distance_without_evidence_is_hatched_and_says_so(double? part)
    {
        var page = await Rendering.Page<DistanceBar>(
            ("Part", part), ("Observed", null), ("Limit", "0.5%"), ("Label", "error rate: no evidence"), ("Id", "d1"));

        Assert.Empty(page.QuerySelectorAll("line.tick, rect.level"));
        Assert.Equal("url(#d1-h)", page.Of("rect.gap", "fill"));
        Assert.Equal("error rate: no evidence", page.Of("svg.distance", "aria-label"));
    }

    [Fact]
    public async Task Meter_without_a_value_is_not_empty()
    {
        Assert.Equal("28.57%", (await Rendering.Page<Meter>(("Part", 2 / 7.0), ("Label", "2 of 7 days"))).Of("rect.level", "width"));
        Assert.Single((await Rendering.Page<Meter>(("Part", null), ("Label", "unknown"))).QuerySelectorAll(".unknown"));
        Assert.Single((await Rendering.Page<Meter>(("Part", double.NaN), ("Label", "unknown"))).QuerySelectorAll(".unknown"));
    }

    [Fact]
    public async Task Shares_stand_on_one_scale_with_their_numbers()
    {
        var page = await Rendering.Page<ShareBar>(("Id", "s1"), ("Label", "Shares"), ("Bars", new ShareOf[] { new("decided", 25), new("served", 25.1), new("reported", null) }));

        Assert.Equal(["25%", "25.1%"], page.QuerySelectorAll("rect.level").Select(bar => bar.GetAttribute("width")));
        Assert.Equal("decided 25 %, served 25.1 %, reported no samples.", page.Only("desc").TextContent);
    }

    [Fact]
    public async Task Share_over_time_has_steps_and_ends_where_it_is_unknown()
    {
        Point[] steps = [new(Now.AddHours(-9), 10), new(Now.AddHours(-1), 25), new(Now.AddMinutes(-30), null), new(Now.AddMinutes(-15), 0)];
        var page = await Rendering.Page<StepLine>(("Id", "l1"), ("From", Now.AddHours(-2)), ("To", Now), ("Steps", steps));

        Assert.Equal("M0 89H500V75.5H750M875 98H1000", page.Of("path.s-new", "d"));
        Assert.Equal(["25 %", "unknown", "0 %"], page.QuerySelectorAll("td").Select(cell => cell.TextContent));
    }

    [Fact]
    public async Task Plan_has_a_planned_and_an_actual_bar_and_the_same_as_a_list()
    {
        GanttRow[] rows =
        [
            new("Shadow", GanttState.Done, Now.AddDays(-10), Now.AddDays(-5), Now.AddDays(-10), Now.AddDays(-4)),
            new("Gradual", GanttState.Now, Now.AddDays(-5), Now.AddDays(5), Now.AddDays(-4)),
            new("Full", GanttState.Later, Now.AddDays(5), Now.AddDays(10)),
        ];
        var page = await Rendering.Page<Gantt>(("Id", "g1"), ("Rows", rows));

        Assert.Equal([("0%", "25%"), ("25%", "50%"), ("75%", "25%")], Spans(page, ".area rect.plan"));
        Assert.Equal([("0%", "30%"), ("30%", "20%")], Spans(page, ".area rect.did"));
        Assert.Equal("50%", page.Of("line.today", "x1"));
        Assert.Equal("Gradualplanned Thu 19 Nov to Sun 29 Nov; since Fri 20 Nov", page.QuerySelectorAll(".only-narrow li")[1].Words());
    }

    private static IEnumerable<(string, string)> Spans(IParentNode page, string bars) =>
        page.QuerySelectorAll(bars).Select(bar => (bar.GetAttribute("x")!, bar.GetAttribute("width")!));

    [Fact]
    public async Task Plan_without_dates_renders()
    {
        var page = await Rendering.Page<Gantt>(("Id", "g1"), ("Rows", new GanttRow[] { new("Shadow", GanttState.Later, null, null) }));

        Assert.Contains("planned without a date; not begun", page.Body!.Words());
        Assert.Empty((await Rendering.Page<Gantt>(("Id", "g1"), ("Rows", Array.Empty<GanttRow>()))).QuerySelectorAll("rect.did.is-bad"));
    }
}
