using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Browser;

/// <summary>
/// Ways of seeing that a person chooses in the system: colours of the system, no motion, large text, a narrow window. All pages share
/// one silo and one tab, so each is loaded once.
/// </summary>
public sealed class ViewingTests(ChromiumFixture chromium)
{
    /// <summary>
    /// Twice the usual size of text in the settings of the browser, which all sizes and widths of the style sheet follow.
    /// </summary>
    private const int LargeText = 32;

    /// <summary>Elements beyond the right edge; null for none.</summary>
    private const string Sticks = """
        (() => {
            const root = document.documentElement, wide = root.clientWidth;
            if (root.scrollWidth <= wide) return null;
            const out = [...document.body.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > wide + 1);
            return `${root.scrollWidth - wide} pixels wider than the screen: ${out.slice(-3).map(one => one.outerHTML.slice(0, 120)).join(' … ')}`;
        })()
        """;

    /// <summary>Elements with an animation or a transition.</summary>
    private const string Moving = """
        [...document.querySelectorAll('*')].filter(one => [null, '::before', '::after'].some(part => {
            const style = getComputedStyle(one, part);
            return style.animationName !== 'none' || style.transitionDuration.split(', ').some(time => parseFloat(time) > 0);
        })).map(one => one.outerHTML.slice(0, 120))
        """;

    [Fact]
    public async Task Page_fits_narrow_windows_and_large_text_and_keeps_to_the_systems_choices()
    {
        await using var silo = await PageList.Installation();
        await using var visitor = await (await Visitor.Arrive(chromium, silo.Address)).SignIn(SiloHost.AdminKey);
        var page = visitor.Page;
        var devtools = await page.Context.NewCDPSessionAsync(page);

        // The check below sees motion where there is some.
        Assert.NotEmpty(await page.EvaluateAsync<string[]>(Moving));
        await page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active, ReducedMotion = ReducedMotion.Reduce });
        Assert.True(await page.EvaluateAsync<bool>("matchMedia('(forced-colors: active) and (prefers-reduced-motion: reduce)').matches"));
        var faults = new List<string>();
        foreach (var (name, path) in PageList.All)
        {
            await page.SetViewportSizeAsync(1280, 844);
            await page.GotoAsync(path);
            faults.AddRange((await page.RunAxe(EveryPageTests.Rules)).Violations.Select(one => $"{name}: {one.Id}: {one.Help}: {one.Nodes[0].Html}"));
            faults.AddRange((await page.EvaluateAsync<string[]>(Moving)).Take(1).Select(one => $"{name} moves: {one}"));

            await Text(devtools, LargeText);
            Assert.Equal($"{LargeText}px", await page.EvaluateAsync<string>("getComputedStyle(document.documentElement).fontSize"));
            await Fits("text of 200 %");
            await Text(devtools, LargeText / 2);

            // A window of 1280 pixels at a zoom of 200 % is laid out as one of 640.
            await page.SetViewportSizeAsync(640, 422);
            await Fits("zoom of 200 %");
            await page.SetViewportSizeAsync(320, 568);
            await Fits("320 pixels");

            async Task Fits(string view)
            {
                if (await page.EvaluateAsync<string?>(Sticks) is { } wider)
                {
                    faults.Add($"{name}, {view}: {wider}");
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private static Task Text(ICDPSession devtools, int size) => devtools.SendAsync(
        "Page.setFontSizes", new Dictionary<string, object> { ["fontSizes"] = new { standard = size, @fixed = size } });
}
