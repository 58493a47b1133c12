using System.Net;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Overview;

public sealed class OverviewPageTests
{
    [Fact]
    public async Task Empty_installation_leads_to_the_first_plan()
    {
        await using var silo = await SiloHost.Start();
        using var viewer = await Reader.Of(silo, "viewer");
        var page = await viewer.Open("/");
        Assert.Equal("No rollout yet.", page.Lead);
        Assert.NotNull(page.Document.QuerySelector("a[href='/plans']"));
    }

    [Fact]
    public async Task Incident_comes_first_in_the_sentence_the_list_and_the_strip_of_every_page()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        await Stories.Start(silo, "r2", "staging");
        await Stories.RollBack(silo, "r2");
        using var viewer = await Reader.Of(silo, "viewer");
        var page = await viewer.Open("/");
        Assert.StartsWith("1 incident", page.Lead, StringComparison.Ordinal);
        Assert.Equal(["r2", "r1"], page.Document.QuerySelectorAll("tbody th a").Select(one => one.GetAttribute("href")!.Split('/')[^1]));
        var other = await viewer.Open("/rollouts/r1");
        Assert.NotNull(other.Document.QuerySelector(".strip.is-incident"));
        Assert.Contains("production", other.Document.QuerySelector(".env.is-production")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filter_is_the_address()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        await Stories.Create(silo, "r2", "staging");
        using var viewer = await Reader.Of(silo, "viewer");
        var page = await viewer.Open("/?environment=staging&status=&text=");
        Assert.Equal(["r2"], page.Document.QuerySelectorAll("tbody th a").Select(one => one.GetAttribute("href")!.Split('/')[^1]));
        Assert.Contains("No rollout matches.", (await viewer.Open("/?text=zzz")).Text, StringComparison.Ordinal);
        Assert.NotNull((await viewer.Open("/?environment=not%20valid")).Document.QuerySelector(".errors:not([data-hold])"));
    }

    [Fact]
    public async Task Unknown_address_is_a_page_for_people_and_JSON_for_programs()
    {
        await using var silo = await SiloHost.Start();
        using var viewer = await Reader.Of(silo, "viewer");
        var page = await viewer.Open("/nothing-here");
        Assert.Equal((HttpStatusCode.NotFound, "No such page"), (page.Status, page.Document.QuerySelector("h1")?.TextContent));
        Assert.Contains("http.not_found", (await viewer.Open("/api/v1/nothing-here")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_texts_are_shown_as_text()
    {
        const string Nasty = "<script>alert(1)</script>";
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1", plan: Stories.Checkout.Replace("title: New checkout", $"title: \"{Nasty}\"", StringComparison.Ordinal));
        await Stories.RollBack(silo, "r1", $"{Nasty} \u202Egnp.exe");
        using var viewer = await Reader.Of(silo, "viewer");
        foreach (var path in (string[])["/", "/rollouts/r1", "/rollouts/r1/rollback"])
        {
            var page = await viewer.Open(path);
            Assert.Equal(1, page.Document.Scripts.Length);
            Assert.Contains(Nasty, page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("style=", page.Html, StringComparison.Ordinal);
        }
    }
}
