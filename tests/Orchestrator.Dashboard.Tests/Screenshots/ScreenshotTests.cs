using Microsoft.Playwright;
using Orchestrator.Dashboard.Tests.Browser;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Screenshots;

/// <summary>
/// Pictures of every page, to be looked at: <c>eng/screenshots.sh</c> sets SCREENSHOTS to their folder. Without it one page is taken and
/// thrown away, so that the command stays able to run.
/// </summary>
public sealed class ScreenshotTests(ChromiumFixture chromium)
{
    [Fact]
    public async Task Pictures_of_all_pages_are_made()
    {
        var folder = Environment.GetEnvironmentVariable("SCREENSHOTS");
        var pages = folder is null ? PageList.All[..1] : PageList.All;
        await using var silo = await PageList.Installation();
        foreach (var width in folder is null ? (int[])[390] : [1280, 390])
        {
            foreach (var dark in folder is null ? (bool[])[false] : [false, true])
            {
                await using var visitor = await (await Visitor.Arrive(chromium, silo.Address, width, dark)).SignIn(SiloHost.AdminKey);
                foreach (var (name, path) in pages)
                {
                    await visitor.Page.GotoAsync(path);
                    var file = folder is null ? null : Path.Combine(folder, $"{name}-{width}-{(dark ? "dark" : "light")}.png");
                    Assert.NotEmpty(await visitor.Page.ScreenshotAsync(new PageScreenshotOptions { Path = file, FullPage = true }));
                }
            }
        }
    }
}
