using System.Net.Http.Json;
using AngleSharp.Dom;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.History;

public sealed class HistoryPageTests
{
    private const string Address = $"/rollouts/{HistoryPages.Id}/history";

    [Fact]
    public async Task Fresh_rollout_says_that_nothing_happened_yet()
    {
        await using var pages = await HistoryPages.Created();
        var page = await pages.Page(Address);
        Assert.StartsWith("Created 09:00:00, now; nothing happened yet.", page.WordsOf(".lead"), StringComparison.Ordinal);
        Assert.Equal("History of Chat <b>new</b>", page.WordsOf("h1"));
    }

    [Fact]
    public async Task Unknown_rollout_is_a_page_with_its_problem()
    {
        await using var pages = await HistoryPages.Created();
        var page = await pages.Page("/rollouts/none/history", 404);
        Assert.Contains("There is no rollout none.", page.WordsOf("main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_are_sentences_grouped_by_incident_and_visit_and_newest_first()
    {
        await using var pages = await HistoryPages.RolledBack();
        var page = await pages.Page(Address);
        Assert.Contains("Users were taken back to legacy once.", page.WordsOf(".lead"), StringComparison.Ordinal);
        Assert.Equal($"Incident {HistoryPages.Id}-1", page.QuerySelector("#events")!.ParentElement!.QuerySelector("h3")!.Words());
        var versions = page.QuerySelectorAll("li[id^=v]")
            .Select(line => int.Parse(line.Id![1..], System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(versions.OrderDescending(), versions);
        var back = page.QuerySelectorAll("li[id^=v]").Single(line => line.Words().Contains("Everyone is back on legacy", StringComparison.Ordinal));
        Assert.Contains("it is <i>bad</i>", back.Words(), StringComparison.Ordinal);
        Assert.Contains("changed who gets what", back.Words(), StringComparison.Ordinal);
        Assert.Contains("\"reason\": \"it is <i>bad</i>\"", back.QuerySelector("details pre")!.TextContent, StringComparison.Ordinal);
        Assert.Matches("[0-9a-f]{64}", back.QuerySelector("details")!.Words());
        Assert.Empty(page.QuerySelectorAll("i, b b"));
    }

    [Fact]
    public async Task Filters_are_in_the_address_and_in_the_fields()
    {
        await using var pages = await HistoryPages.RolledBack();
        var page = await pages.Page($"{Address}?kind=incident&text=opened&actor=user");
        Assert.Single(page.QuerySelectorAll("li[id^=v]"));
        Assert.Equal(["incident"], page.QuerySelectorAll("input[name=kind][type=checkbox]").Where(box => box.HasAttribute("checked")).Select(box => box.GetAttribute("value")));
        Assert.Equal("opened", page.QuerySelector("input#text")!.GetAttribute("value"));
        Assert.Contains("kind=incident", page.QuerySelector("a[href*='format=csv']")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal("No event fits the filter.", (await pages.Page($"{Address}?text=no-such-thing")).QuerySelector("#events")!.NextElementSibling!.Words());
    }

    [Fact]
    public async Task Events_of_other_kinds_are_counted_and_linked()
    {
        await using var pages = await HistoryPages.RolledBack();
        var page = await pages.Page($"{Address}?kind=incident");
        var more = page.QuerySelectorAll("a").First(link => link.Words().Contains("moves, verdicts, people, system", StringComparison.Ordinal));
        Assert.True((await pages.Page(more.GetAttribute("href")!)).QuerySelectorAll("li[id^=v]").Length > 0);
    }

    [Fact]
    public async Task Local_moment_of_a_field_becomes_an_address_that_is_the_same_for_all()
    {
        await using var pages = await HistoryPages.RolledBack();
        using var response = await pages.Get($"{Address}?at=2026-03-02T09:05:00");
        Assert.InRange((int)response.StatusCode, 301, 303);
        Assert.EndsWith("?at=2026-03-02T09%3A05%3A00Z", response.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Moment_shows_the_rollout_as_it_was_without_a_button()
    {
        await using var pages = await HistoryPages.RolledBack();
        var page = await pages.Page($"{Address}?at=2026-03-02T09:05:00Z");
        Assert.StartsWith("As it was on Mon 2 Mar 2026 09:05:00, version ", page.WordsOf(".past"), StringComparison.Ordinal);
        var frame = page.QuerySelector(".past-frame")!;
        Assert.Contains("running", frame.Words(), StringComparison.Ordinal);
        Assert.Empty(frame.QuerySelectorAll("form, button, a.btn"));
        Assert.DoesNotContain("rolled back", frame.QuerySelector(".head")!.Words(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Incident_of_a_past_moment_is_in_its_frame_without_a_button()
    {
        await using var pages = await HistoryPages.RolledBack();
        var history = await pages.Page(Address);
        var after = history.QuerySelectorAll("nav[aria-label=Moments] a").Single(link => link.Words() == "Last rollback").GetAttribute("href")!;
        var opened = int.Parse(after.Split("version=")[1], System.Globalization.CultureInfo.InvariantCulture) + 1;
        var frame = (await pages.Page($"{Address}?version={opened}")).QuerySelector(".past-frame")!;
        Assert.StartsWith("Rolled back. it is <i>bad</i>", frame.QuerySelector(".alarm")!.Words(), StringComparison.Ordinal);
        Assert.Empty(frame.QuerySelectorAll(".alarm :is(a, button)"));
    }

    [Fact]
    public async Task Slider_stops_at_each_event_and_links_go_one_on()
    {
        await using var pages = await HistoryPages.RolledBack();
        var page = await pages.Page($"{Address}?version=2");
        var slider = page.QuerySelector("input[type=range]")!;
        var last = slider.GetAttribute("max");
        Assert.Equal(("1", "2"), (slider.GetAttribute("min"), slider.GetAttribute("value")));
        Assert.StartsWith($"version 2 of {last}, ", slider.GetAttribute("aria-valuetext"), StringComparison.Ordinal);
        Assert.Equal(
            [$"{Address}?version=1", $"{Address}?version=1", $"{Address}?version=3", $"{Address}?version={last}"],
            page.QuerySelectorAll("nav[aria-label=Moments] a.btn[aria-label]").Select(link => link.GetAttribute("href")));
        var jump = page.QuerySelectorAll("nav[aria-label=Moments] a").Single(link => link.Words() == "Last rollback").GetAttribute("href")!;
        Assert.Contains("rolled back", (await pages.Page(jump)).QuerySelector(".past-frame .head")!.Words(), StringComparison.Ordinal);
        Assert.Equal(2, (await pages.Page($"{Address}?version=1")).QuerySelectorAll("nav[aria-label=Moments] [aria-disabled=true]").Length);
    }

    [Fact]
    public async Task Each_version_can_be_shown()
    {
        await using var pages = await HistoryPages.RolledBack();
        var last = (await pages.Silo.Admin.GetAsync($"/api/v1/rollouts/{HistoryPages.Id}").Json()).GetProperty("version").GetInt64();
        for (var version = 1; version <= last; version++)
        {
            var page = await pages.Page($"{Address}?version={version}");
            Assert.Contains($", version {version}.", page.WordsOf(".past"), StringComparison.Ordinal);
            Assert.Empty(page.QuerySelectorAll(".past-frame form, .past-frame button, .past-frame a.btn"));
        }
    }

    [Theory]
    [InlineData("version=9999", 404, "has no such version")]
    [InlineData("version=x", 422, "must be a whole number")]
    [InlineData("at=yesterday", 422, "must be an RFC 3339 time")]
    [InlineData("at=2020-01-01T00:00:00Z", 404, "did not exist yet")]
    public async Task Moment_that_is_none_says_so_beside_the_history(string query, int status, string text)
    {
        await using var pages = await HistoryPages.RolledBack();
        var page = await pages.Page($"{Address}?{query}", status);
        Assert.Contains(text, page.WordsOf("#problem"), StringComparison.Ordinal);
        Assert.NotEmpty(page.QuerySelectorAll("li[id^=v]"));
    }

    [Theory]
    [InlineData("kind=nothing", "kind: must be of moves")]
    [InlineData("before=0&from=x", "before: must be a whole number")]
    public async Task Filter_that_is_wrong_is_a_problem_with_a_way_back(string query, string text)
    {
        await using var pages = await HistoryPages.Created();
        var page = await pages.Page($"{Address}?{query}", 422);
        Assert.Contains(text, page.WordsOf("#problem"), StringComparison.Ordinal);
        Assert.Contains(Address, page.QuerySelectorAll("main a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public async Task Chain_is_verified_by_reading_alone()
    {
        await using var pages = await HistoryPages.Started();
        var before = (await pages.Silo.Admin.GetAsync("/api/v1/node").Json()).GetProperty("position").GetInt64();
        var page = await pages.Page($"{Address}?verify=true");
        Assert.Contains("chain intact", page.QuerySelector("#verify")!.ParentElement!.Words(), StringComparison.Ordinal);
        Assert.Equal(before, (await pages.Silo.Admin.GetAsync("/api/v1/node").Json()).GetProperty("position").GetInt64());
        Assert.All(page.QuerySelectorAll($"form[action^='{Address}']"), form => Assert.Equal("get", form.GetAttribute("method")));
    }

    [Fact]
    public async Task Downloads_and_retrospective_are_links_that_answer()
    {
        await using var pages = await HistoryPages.RolledBack();
        var page = await pages.Page(Address);
        var links = page.QuerySelector("#download")!.ParentElement!.QuerySelectorAll("a").Select(link => link.GetAttribute("href")!).ToArray();
        Assert.Equal(13, links.Length);
        foreach (var link in links)
        {
            using var response = await pages.Get(link);
            Assert.True(response.IsSuccessStatusCode, $"{link} answered {(int)response.StatusCode}");
        }
    }
}
