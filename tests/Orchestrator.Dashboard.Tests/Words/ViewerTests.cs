using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Tests.Words;

public sealed class ViewerTests
{
    [Theory]
    [InlineData("Europe/Berlin", "Europe/Berlin")]
    [InlineData("Etc/GMT+5", "Etc/GMT+5")]
    [InlineData(null, "UTC")]
    [InlineData("", "UTC")]
    [InlineData("Europe/Nowhere", "UTC")]
    [InlineData("../../../etc/passwd", "UTC")]
    [InlineData("/etc/passwd", "UTC")]
    [InlineData("Europe/Berlin\0", "UTC")]
    public void Zone_of_a_cookie_is_a_known_one(string? cookie, string zone) =>
        Assert.Equal(zone, Viewer.Read(cookie, null, null, default).ZoneName);

    [Fact]
    public void Zone_of_a_cookie_is_not_looked_up_beyond_its_bound() => Assert.Null(Viewer.FindZone(new string('a', 65)));

    [Theory]
    [InlineData("dark", "theme-dark")]
    [InlineData("light", "theme-light")]
    [InlineData("system", null)]
    [InlineData("\"><script>", null)]
    public void Colours_of_a_cookie_are_a_class(string cookie, string? name) =>
        Assert.Equal(name, Viewer.Read(null, cookie, null, default).ThemeClass);

    [Fact]
    public void Keys_are_on_until_switched_off()
    {
        Assert.True(Viewer.Read(null, null, null, default).Keys);
        Assert.False(Viewer.Read(null, null, "off", default).Keys);
    }
}
