using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Tests.Words;

public sealed class TimesTests
{
    [Theory]
    [InlineData(-120, "03:10:40, 2 min ago")]
    [InlineData(-12, "03:12:28, 12 s ago")]
    [InlineData(0, "03:12:40, now")]
    [InlineData(80, "03:14:00, in 1 min")]
    [InlineData(-3_599, "02:12:41, 59 min ago")]
    [InlineData(-3_600, "02:12:40")]
    [InlineData(-86_400, "Mon 23 Nov 03:12")]
    [InlineData(6 * 86_400, "Mon 30 Nov 03:12")]
    [InlineData(-400 * 86_400, "20 Oct 2025 04:12")]
    public void Time_is_absolute_in_the_zone_and_relative_below_an_hour(int seconds, string text) =>
        Assert.Equal(text, Times.Text(Rendering.Now.AddSeconds(seconds), Rendering.Berlin));

    [Fact]
    public void Time_near_midnight_needs_no_date()
    {
        var viewer = Rendering.Berlin with { Now = new DateTimeOffset(2026, 11, 23, 23, 10, 0, TimeSpan.Zero) };

        Assert.Equal("23:50:00, 20 min ago", Times.Text(viewer.Now.AddMinutes(-20), viewer));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void Ends_of_the_calendar_have_a_text(long ticks)
    {
        var at = ticks == 0 ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue;

        Assert.NotEmpty(Times.Text(at, Viewer.Read("Pacific/Apia", null, null, at)));
        Assert.NotEmpty(Times.Text(at, Rendering.Berlin));
    }

    [Fact]
    public async Task Element_has_the_moment_and_its_UTC()
    {
        var page = await Rendering.Page<TimeText>(("At", Rendering.Now.AddMinutes(-2)));

        Assert.Equal(("2026-11-24T02:10:40Z", "2026-11-24 02:10:40 UTC"), (page.Of("time", "datetime"), page.Of("time", "title")));
        Assert.Equal("03:10:40, 2 min ago", page.Body!.Words());
        Assert.Equal("03:10:40", (await Rendering.Page<TimeText>(("At", Rendering.Now.AddMinutes(-2)), ("AbsoluteOnly", true))).Body!.Words());
    }
}
