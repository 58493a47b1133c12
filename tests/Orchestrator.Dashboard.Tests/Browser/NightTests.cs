using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Browser;

/// <summary>Three in the morning, on a phone: from a link in a chat to the proof, with script and without.</summary>
public sealed class NightTests(ChromiumFixture chromium)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Link_of_another_site_and_one_key_roll_back(bool script)
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        var (_, key) = await silo.NewKey("engineering");
        await using var visitor = await (await Visitor.Arrive(chromium, silo.Address, 390, script: script)).SignIn(key);
        await using var chat = await Chat($"{silo.Address}rollouts/r1/rollback?reason=error-rate-spike");

        var elsewhere = chat.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        await visitor.Page.GotoAsync(elsewhere);
        await visitor.Page.ClickAsync("a");
        await visitor.Page.WaitForSelectorAsync("button:focus");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "New checkout is rolled back in production" }).WaitForAsync();
        await visitor.Page.GetByText("Every node routes by it").First.WaitForAsync();

        var events = (await silo.Admin.GetAsync("/api/v1/rollouts/r1/events?type=RolledBack").Json()).GetProperty("events");
        Assert.Equal(1, events.GetArrayLength());
        Assert.Equal("error-rate-spike", events[0].GetProperty("data").GetProperty("reason").GetString());
        Assert.DoesNotContain(visitor.Complaints, text => !text.Contains(elsewhere, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Person_who_is_not_signed_in_keeps_the_reason_over_the_sign_in()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        var (_, key) = await silo.NewKey("devops");
        await using var visitor = await Visitor.Arrive(chromium, silo.Address, 390);
        await visitor.SignIn(key, "/rollouts/r1/rollback?reason=from-the-alert");
        Assert.Equal("from-the-alert", await visitor.Page.Locator("#reason").InputValueAsync());
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Roll back now" }).ClickAsync();
        await visitor.Page.GetByText("from-the-alert").First.WaitForAsync();
    }

    [Fact]
    public async Task Revoked_key_ends_the_session_and_rolls_back_nothing()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        var (id, key) = await silo.NewKey("engineering");
        await using var visitor = await (await Visitor.Arrive(chromium, silo.Address, 390)).SignIn(key, "/rollouts/r1/rollback");
        await silo.Admin.DeleteAsync($"/api/v1/keys/{id}");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Roll back now" }).ClickAsync();
        await visitor.Page.WaitForURLAsync("**/sign-in**");
        Assert.Equal("running", (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString());
    }

    /// <summary>Another site with one link: browsers send no strict cookie with its first request.</summary>
    private static async Task<WebApplication> Chat(string link)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var chat = builder.Build();
        chat.MapGet("/", () => Results.Content($"<!DOCTYPE html><title>Chat</title><link rel=\"icon\" href=\"data:,\"><a href=\"{link}\">Roll back now</a>", "text/html"));
        await chat.StartAsync();
        return chat;
    }
}
