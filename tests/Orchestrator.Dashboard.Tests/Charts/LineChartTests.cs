using System.Globalization;
using AngleSharp.Dom;
using Orchestrator.Dashboard.Charts;

namespace Orchestrator.Dashboard.Tests.Charts;

public sealed class LineChartTests
{
    private static readonly DateTimeOffset To = Rendering.Now;
    private static readonly DateTimeOffset From = To.AddHours(-1);

    [Fact]
    public async Task Chart_has_a_role_a_title_and_a_sentence()
    {
        var page = await Page(Some());

        Assert.Equal("img", page.Of("svg.plot", "role"));
        Assert.Equal("Error rate over time", page.Only("svg.plot > title").TextContent);
        Assert.Equal(page.Of("svg.plot > desc", "id"), page.Of("svg.plot", "aria-describedby"));
        Assert.Equal(
            "Last values: new 0.69 %, legacy 0.05 %. Rolls back above 0.5 % for 5 min. Target below 0.1 %. The numbers are in the table below.",
            page.Only("svg.plot > desc").TextContent);
    }

    [Fact]
    public async Task Limit_and_target_are_at_the_pixel_of_their_value()
    {
        var page = await Page(Some(), height: 200);

        // Ticks from 0 to 0.8 between pixel 178 at the floor and pixel 8 at the top.
        Assert.Equal(178 - (170 * 0.5 / 0.8), Number(page.Of("line.limit", "y1")), 0.11);
        var band = page.Only(".area > rect.band");
        Assert.Equal(178, Number(band.GetAttribute("y")!) + Number(band.GetAttribute("height")!), 0.11);
        Assert.Equal(178 - (170 * 0.1 / 0.8), Number(band.GetAttribute("y")!), 0.11);
    }

    [Fact]
    public async Task Line_does_not_cross_a_gap_and_the_gap_is_named()
    {
        var minutes = Enumerable.Range(0, 61).Where(i => i is < 20 or > 30);
        var page = await Page(Some() with { Every = TimeSpan.FromMinutes(1), Series = [New(minutes)] });

        Assert.Equal(2, page.Of("path.s-new", "d").Count(letter => letter == 'M'));
        Assert.Equal(("31.67%", "20%"), (page.Of("rect.gap", "x"), page.Of("rect.gap", "width")));
        Assert.Contains("No samples 02:31:40 to 02:43:40.", page.Body!.Words());
    }

    [Fact]
    public async Task Late_samples_are_marked_at_the_right_edge()
    {
        var late = Some() with { Live = true, Every = TimeSpan.FromSeconds(15), Series = [New(new[] { 0, 58 })] };
        var page = await Page(late);

        Assert.Equal("no samples for 2 min", page.Only("text.t-late").TextContent);
        Assert.Contains("one is expected every 15 s", page.Body!.Words());
        Assert.Empty((await Page(late with { Live = false })).QuerySelectorAll("text.t-late"));
    }

    [Fact]
    public async Task Table_has_the_values_of_the_lines_and_the_places_for_the_cross_hair()
    {
        var page = await Page(Some());
        var last = page.QuerySelectorAll("tr[data-x]")[^1];

        Assert.Equal("100%", last.GetAttribute("data-x"));
        Assert.Equal(["03:12:40", "0.69 %", "0.05 %", "824"], Cells(last));
        Assert.Equal(["new", "legacy", "samples"], last.QuerySelectorAll("td").Select(cell => cell.GetAttribute("data-label")));
    }

    [Fact]
    public async Task Time_of_one_line_alone_says_that_the_other_has_no_samples()
    {
        var page = await Page(Some() with { Series = [New(new[] { 0, 30, 60 }), Legacy([0, 60])] });

        Assert.Equal(["02:42:40", "0.5 %", "no samples", "412"], Cells(page.QuerySelectorAll("tr[data-x]")[1]));
    }

    [Fact]
    public async Task Table_is_thinned_from_the_end()
    {
        var page = await Page(Some() with { Series = [New(Enumerable.Range(0, 3_600).Select(i => i / 60.0).Append(60))] });

        Assert.InRange(page.QuerySelectorAll("tr[data-x]").Length, 60, LinePlot.MostRows);
        Assert.Equal("100%", page.QuerySelectorAll("tr[data-x]")[^1].GetAttribute("data-x"));
        Assert.Contains("of 3,601 times", page.Only("caption").TextContent);
    }

    [Fact]
    public async Task Chart_without_samples_says_so_and_draws_no_line()
    {
        var page = await Page(Some() with { Series = [New(Array.Empty<int>()), Legacy([])] });

        Assert.All(page.QuerySelectorAll("path"), path => Assert.Equal("", path.GetAttribute("d")));
        Assert.Contains("No samples from 02:12:40 to 03:12:40.", page.Only("svg.plot > desc").TextContent);
        Assert.Equal("no samples", page.Only(".area text.t-name").TextContent);
        Assert.Equal("new no samples", page.QuerySelectorAll(".key")[0].Words());
    }

    [Fact]
    public async Task Marks_are_numbered_and_listed()
    {
        var page = await Page(Some() with { Marks = [new(From.AddMinutes(50), "error-rate-spike breached", true), new(From.AddMinutes(12), "25 % started")] });

        Assert.Equal(["1", "2"], page.QuerySelectorAll(".badge-text").Select(text => text.TextContent));
        Assert.Equal(["20%", "83.33%"], page.QuerySelectorAll("line.mark").Select(line => line.GetAttribute("x1")));
        Assert.Equal(["125 % started, 02:24:40", "2error-rate-spike breached, 03:02:40"], page.QuerySelectorAll(".marks li").Select(item => item.Words()));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    public async Task Any_values_give_finite_attributes(double value)
    {
        Point[] points = [new(From, value), new(From.AddMinutes(1), 0), new(DateTimeOffset.MaxValue, value), new(To, -value)];
        var hostile = Some() with
        {
            Series = [new("new", SeriesKind.New, points)],
            Limit = new(value, "limit"),
            Target = new(null, value, "target"),
            Baseline = new(-value, "baseline"),
            Gaps = [new(DateTimeOffset.MinValue, DateTimeOffset.MaxValue)],
            Every = TimeSpan.MaxValue,
            Live = true,
            Marks = [new(DateTimeOffset.MinValue, "never"), new(From, "begin")],
        };
        var endless = hostile with { From = DateTimeOffset.MinValue, To = DateTimeOffset.MaxValue };
        foreach (var chart in new[] { hostile, hostile with { From = To, To = From }, endless })
        {
            var html = await Rendering.Html<LineChart>(Rendering.Berlin, ("Data", chart), ("Id", "c1"), ("Height", int.MaxValue));

            Assert.DoesNotContain("NaN", html);
            Assert.DoesNotContain("∞", html);
            Assert.DoesNotContain("Infinity", html);
        }
    }

    [Fact]
    public async Task Hostile_texts_are_text()
    {
        const string evil = "<script>alert(1)</script>\u202e";
        var html = await Rendering.Html<LineChart>(Rendering.Berlin, ("Id", "c1"), ("Data", Some() with
        {
            Title = evil,
            Unit = evil,
            Limit = new(1, evil),
            Target = new(0, 1, evil),
            Marks = [new(From.AddMinutes(1), evil)],
            Series = [new(evil, SeriesKind.New, [new(From, 1)])],
        }));

        Assert.DoesNotContain("<script", html);
    }

    [Fact]
    public void Ends_of_lines_are_labelled_without_covering_each_other()
    {
        var series = Enumerable.Range(0, 6).Select(i => new Series($"p{i}", SeriesKind.New, [new(From, 1), new(To, i / 100.0)])).ToList();
        var plot = new LinePlot(Some() with { Series = series, Limit = null }, Rendering.Berlin, 200);
        var ends = plot.Ends().Select(end => end.Y).ToList();

        Assert.All(ends.Zip(ends.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 14.9));
        Assert.True(ends[^1] <= plot.Floor);
    }

    private static Chart Some() => new("Error rate", From, To, [New(new[] { 0, 30, 60 }), Legacy([0, 30, 60])])
    {
        Unit = "%",
        Limit = new(0.5, "rolls back above 0.5 % for 5 min"),
        Target = new(0, 0.1, "target below 0.1 %"),
    };

    private static Series New(IEnumerable<double> minutes) =>
        new("new", SeriesKind.New, [.. minutes.Select(minute => new Point(From.AddMinutes(minute), minute == 60 ? 0.69 : 0.5, 412))]);

    private static Series New(IEnumerable<int> minutes) => New(minutes.Select(minute => (double)minute));

    private static Series Legacy(IEnumerable<int> minutes) =>
        new("legacy", SeriesKind.Legacy, [.. minutes.Select(minute => new Point(From.AddMinutes(minute), 0.05, 412))]);

    private static Task<IDocument> Page(Chart chart, int height = 220) => Rendering.Page<LineChart>(("Data", chart), ("Id", "c1"), ("Height", height));

    private static IEnumerable<string> Cells(IElement row) => row.Children.Select(cell => cell.Words());

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
