using AngleSharp.Html.Parser;
using Orchestrator.Dashboard.Assets;

namespace Orchestrator.Dashboard.Tests.Gallery;

/// <summary>All components on one page. <c>WRITE_GALLERY=folder</c> writes it there with its files, to be looked at.</summary>
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
        await Write(html);
    }

    private static async Task Write(string html)
    {
        if (Environment.GetEnvironmentVariable("WRITE_GALLERY") is not { Length: > 0 } folder)
        {
            return;
        }

        Directory.CreateDirectory(folder);
        var files = new AssetFiles();
        foreach (var name in new[] { "dash.css", "live.js" })
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, name), files.Find(name)!.Plain);
        }

        foreach (var theme in new[] { "light", "dark" })
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"{theme}.html"), $"""
                <!DOCTYPE html><html lang="en" class="theme-{theme}"><head><meta charset="utf-8"><title>Gallery</title>
                <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="dash.css"></head><body>{html}</body></html>
                """);
        }
    }
}
