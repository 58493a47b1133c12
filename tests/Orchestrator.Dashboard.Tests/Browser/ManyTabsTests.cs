using System.Collections.Concurrent;
using Microsoft.Playwright;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Browser;

/// <summary>
/// A browser opens six connections to a host, and a key has a share of the node's streams: tabs have one stream together.
/// </summary>
public sealed class ManyTabsTests(ChromiumFixture chromium)
{
    private static readonly string[] Paths =
    [
        "/rollouts/r1", "/rollouts/r1/rollback", "/rollouts/r1/pause", "/rollouts/r1/abort", "/rollouts/r1/health", "/rollouts/r1/experience",
        "/rollouts/r1/history", "/environments/production/flags", "/incidents", "/plans/checkout", "/nodes",
    ];

    [Fact]
    public async Task Twelve_tabs_are_live_on_one_stream_and_the_next_page_opens()
    {
        // A sixteenth is the share of a key: two streams.
        await using var silo = await SiloHost.Start(settings: "--Orchestrator:Ofrep:Streams=32");
        await Stories.Start(silo, "r1");
        await using var visitor = await Visitor.Arrive(chromium, silo.Address);
        var streams = new ConcurrentQueue<int>();
        visitor.Page.Context.Response += (_, answer) =>
        {
            if (answer.Url.Contains("/api/v1/stream", StringComparison.Ordinal))
            {
                streams.Enqueue(answer.Status);
            }
        };
        await visitor.SignIn(SiloHost.AdminKey);
        List<IPage> tabs = [visitor.Page];
        foreach (var path in Paths)
        {
            tabs.Add(await Open(visitor, path));
        }

        Assert.Equal(12, tabs.Count);
        await Stories.RollBack(silo, "r1", "for every tab");
        foreach (var tab in tabs)
        {
            await tab.BringToFrontAsync();
            await tab.Locator(".strip.is-incident").WaitForAsync();
            await Live(tab);
        }

        var another = await Open(visitor, "/rollouts/r1");
        await another.GetByText("for every tab").First.WaitForAsync();
        Assert.Equal([200], streams);

        // The first tab has the stream. When it goes, another one follows in its place.
        await visitor.Page.CloseAsync();
        await silo.Admin.PostAsync("/api/v1/rollouts/r1/restore", Answers.Text("""{"reason":"mended"}""")).Json();
        await another.Locator(".head .pill").Filter(new() { HasText = "running" }).WaitForAsync();
        Assert.Equal([200, 200], streams);
        Assert.Empty(visitor.Complaints);
    }

    private static async Task<IPage> Open(Visitor visitor, string path)
    {
        var page = await visitor.Page.Context.NewPageAsync();
        var answer = await page.GotoAsync(path);
        Assert.Equal(200, answer!.Status);
        await Live(page);
        return page;
    }

    private static Task Live(IPage page) => page.Locator("#fresh").Filter(new() { HasText = "Live" }).WaitForAsync();
}
