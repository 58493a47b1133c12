using Orchestrator.Dashboard.Charts;

namespace Orchestrator.Dashboard.Tests.Charts;

public sealed class TraceTests
{
    private static readonly DateTimeOffset From = Rendering.Now;
    private static readonly TimeScale Hour = new(From, From.AddHours(1), Rendering.Berlin);

    [Fact]
    public void Line_goes_through_its_points() => Assert.Equal("M0 0L500 1L1000 2", Draw((0, 0), (1_800, 1), (3_600, 2)).Path);

    [Fact]
    public void Point_without_a_value_ends_the_line()
    {
        var trace = Draw((0, 1), (600, 1), (1_200, null), (1_800, 2), (2_400, 2));

        Assert.Equal("M0 1L166.7 1M500 2L666.7 2", trace.Path);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Value_that_is_no_number_ends_the_line(double value) =>
        Assert.Equal(2, Count(Draw((0, 1), (600, 1), (1_200, value), (1_800, 2), (2_400, 2)).Path, 'M'));

    [Fact]
    public void Pause_longer_than_two_samples_ends_the_line()
    {
        (int, double?)[] points = [(0, 1), (60, 1), (120, 1), (600, 2), (660, 2)];

        Assert.Equal(1, Count(Draw(points).Path, 'M'));
        Assert.Equal(2, Count(Draw(TimeSpan.FromMinutes(1), points).Path, 'M'));
    }

    [Fact]
    public void Point_between_two_gaps_is_a_dot()
    {
        var trace = Draw((0, null), (600, 7), (1_200, null));

        Assert.Equal(("", (500.0 / 3, 7.0)), (trace.Path, Assert.Single(trace.Dots)));
    }

    [Fact]
    public void Merged_points_keep_the_highest_and_the_lowest()
    {
        var points = Enumerable.Range(0, 18_000)
            .Select(i => new Point(From.AddSeconds(i / 5.0), i switch { 9_001 => 99, 4_002 => -7, _ => 1 })).ToList();
        var path = Trace.Of(points, Hour, value => value, null).Path;

        Assert.Contains(" 99L", path);
        Assert.Contains(" -7L", path);
        Assert.InRange(Count(path, 'L'), Trace.Columns - 1, Trace.Columns * 4);
    }

    [Fact]
    public void Many_gaps_have_a_bound_and_none_is_bridged_by_a_column()
    {
        var points = Enumerable.Range(0, 18_000).Select(i => new Point(From.AddSeconds(i / 5.0), i % 2 == 0 ? i % 5 : null)).ToList();
        var trace = Trace.Of(points, Hour, value => value, null);

        Assert.InRange(Count(trace.Path, 'M') + trace.Dots.Count, 1, Trace.Columns);
        Assert.Equal(Trace.Columns, Count(trace.Path, 'M'));
    }

    [Fact]
    public void Points_outside_and_out_of_order_do_no_harm() =>
        Assert.Equal("M0 0L500 1L1000 2", Draw((3_600, 2), (-500, 9), (1_800, 1), (0, 0), (9_999, 9)).Path);

    private static Trace Draw(params (int Second, double? Value)[] points) => Draw(null, points);

    private static Trace Draw(TimeSpan? every, params (int Second, double? Value)[] points) =>
        Trace.Of([.. points.Select(point => new Point(From.AddSeconds(point.Second), point.Value))], Hour, value => value, every);

    private static int Count(string text, char letter) => text.Count(one => one == letter);
}
