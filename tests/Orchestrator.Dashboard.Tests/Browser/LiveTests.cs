using System.Globalization;
using Microsoft.Playwright;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Browser;

/// <summary>A page stays current by itself, and never takes away what a person is doing.</summary>
public sealed class LiveTests(ChromiumFixture chromium)
{
    [Fact]
    public async Task Change_is_on_the_page_without_a_reload_in_every_tab()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        await using var visitor = await (await Visitor.Arrive(chromium, silo.Address)).SignIn(SiloHost.AdminKey);
        await visitor.Page.GotoAsync("/rollouts/r1");
        var second = await visitor.Page.Context.NewPageAsync();
        await second.GotoAsync("/");
        await Live(visitor.Page);
        await second.EvaluateAsync("window.same = true");
        await Stories.RollBack(silo, "r1", "seen in every tab");
        await second.Locator("td .pill").Filter(new() { HasText = "rolled back" }).WaitForAsync();
        Assert.True(await second.EvaluateAsync<bool>("window.same === true"));
        await visitor.Page.BringToFrontAsync();
        await visitor.Page.GetByText("seen in every tab").First.WaitForAsync();
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task Half_written_reason_focus_and_open_details_survive_changes()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        await using var visitor = await (await Visitor.Arrive(chromium, silo.Address)).SignIn(SiloHost.AdminKey);
        await visitor.Page.GotoAsync("/rollouts/r1/abort");
        await Live(visitor.Page);
        await visitor.Page.Locator("#reason").FillAsync("half a sent");
        await silo.Admin.PostAsync("/api/v1/rollouts/r1/complete-objective", Answers.Text("""{"objective":"feedback"}""")).Json();
        var position = (await silo.Admin.GetAsync("/api/v1/node").Json()).GetProperty("position").GetInt64();
        await Eventually.Until("the page has the event", async () =>
            long.Parse((await visitor.Page.Locator("#fresh").GetAttributeAsync("data-position"))!, CultureInfo.InvariantCulture) >= position);
        await visitor.Page.Keyboard.TypeAsync("ence");
        Assert.Equal("half a sentence", await visitor.Page.Locator("#reason").InputValueAsync());
    }

    private static Task Live(IPage page) => page.Locator("#fresh").Filter(new() { HasText = "Live" }).WaitForAsync();
}
