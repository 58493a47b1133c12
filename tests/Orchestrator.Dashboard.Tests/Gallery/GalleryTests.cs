using AngleSharp.Html.Parser;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Orchestrator.Dashboard.Tests.Live;

namespace Orchestrator.Dashboard.Tests.Gallery;

/// <summary>All components on one page. <c>WRITE_GALLERY=folder</c> writes pictures of it there.</summary>
public sealed class GalleryTests
{
    [Fact]
    public async Task Components_have_no_inline_style_no_handler_and_no_doubled_id()
    {
        var html = await Rendering.Html<GalleryPage>(Rendering.Berlin);
        var page = await new HtmlParser().ParseDocumentAsync(html);

        Assert.DoesNotContain(page.All, element => element.Attributes.Any(
            attribute => attribute.Name == "style" || attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase)));
        Assert.Empty(page.QuerySelectorAll("script, style"));
        Assert.Empty(page.QuerySelectorAll("[id]").GroupBy(element => element.Id).Where(group => group.Count() > 1).Select(group => group.Key));
        Assert.All(page.QuerySelectorAll("[aria-describedby], [aria-labelledby]"), element => Assert.All(
            $"{element.GetAttribute("aria-describedby")} {element.GetAttribute("aria-labelledby")}".Split(' ', StringSplitOptions.RemoveEmptyEntries),
            id => Assert.NotNull(page.GetElementById(id))));
    }

    [Theory]
    [InlineData(1_280, "light")]
    [InlineData(1_280, "dark")]
    [InlineData(390, "light")]
    [InlineData(390, "dark")]
    [InlineData(320, "light")]
    public async Task Gallery_is_accessible_and_does_not_scroll_sideways(int width, string theme)
    {
        await using var server = await LiveServer.Start();
        (server.Body, server.Root) = (await Rendering.Html<GalleryPage>(Rendering.Berlin), $"class=\"theme-{theme}\"");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 } });
        await page.GotoAsync(server.Address);
        if (Environment.GetEnvironmentVariable("WRITE_GALLERY") is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"gallery-{width}-{theme}.png"), FullPage = true });
        }

        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        var found = await page.RunAxe(new AxeRunOptions
        {
            RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
        });
        Assert.Empty(found.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Html}")));
    }
}
