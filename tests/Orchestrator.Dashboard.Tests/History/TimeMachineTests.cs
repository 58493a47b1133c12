using System.Text.Json;
using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using Microsoft.Playwright;
using Orchestrator.Dashboard.Tests.Browser;
using Orchestrator.Silo.Tests;
using Orchestrator.Silo.Tests.Cluster;

namespace Orchestrator.Dashboard.Tests.History;

/// <summary>
/// The recorded histories happen again, event by event. After each of them the test keeps what API and page show live; afterwards the
/// view of that version must be the same.
/// </summary>
public sealed class TimeMachineTests(ClusterDatabase database, ChromiumFixture chromium)
{
    /// <summary>Members about the moment of the request: the caller, the node, people counted now, and what lies ahead.</summary>
    private static readonly string[] OfNow =
        ["verbs", "deadMan", "people", "peopleReason", "exposure", "exposureReason", "sources", "samplesRefused", "warnings", "cohort", "forecast", "next", "earliest"];

    public static TheoryData<string> Files => Replay.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Each_version_of_a_recorded_history_is_what_was_live(string file)
    {
        await using var replay = await Replay.Of(file, database);
        var live = new Dictionary<long, (string Api, Shown Page, string Sentence)>();
        while (replay.Goes)
        {
            var version = await replay.Next();
            if (!replay.Decided)
            {
                continue;
            }

            var page = await replay.Page($"/rollouts/{replay.Id}");
            live[version] = (await Api(replay, ""), Shown.Live(page.Document), Shown.Sentence(page.Document, "main"));
        }

        Assert.True(live.ContainsKey(replay.Last));
        for (long version = 1; version <= replay.Last; version++)
        {
            var then = await Api(replay, $"?version={version}");
            await replay.Node.Admin.GetAsync($"/api/v1/rollouts/{replay.Id}/schedule?version={version}").Json();
            var page = await replay.Page($"/rollouts/{replay.Id}/history?version={version}");
            Assert.Contains($", version {version}.", page.Document.WordsOf(".past"), StringComparison.Ordinal);
            if (!live.TryGetValue(version, out var was))
            {
                continue;
            }

            Assert.Equal(was.Api, then);
            Assert.Equal(was.Page, Shown.Past(page.Document));
            Assert.StartsWith(Shown.Sentence(page.Document, ".past-frame"), was.Sentence, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Slider_shows_what_was_live_and_its_address_shows_it_again()
    {
        await using var replay = await Replay.Of("1.0-chat-rolled-back", database);
        var live = new Dictionary<int, Shown>();
        (string Key, int To)[] moves = [("Home", 1), ("PageUp", 11), ("ArrowRight", 12), ("PageUp", 22), ("End", 61), ("ArrowLeft", 60), ("PageDown", 50)];
        foreach (var version in moves.Select(move => move.To).Order())
        {
            await replay.Until(version);
            live[version] = Shown.Live((await replay.Page($"/rollouts/{replay.Id}")).Document);
        }

        await using var visitor = await Visitor.Arrive(chromium, replay.Node.Address);
        await visitor.Page.Context.AddCookiesAsync(
            [new Cookie { Name = "orchestrator-zone", Value = "UTC", Url = replay.Node.Address.ToString() }]);
        await visitor.SignIn(SiloHost.AdminKey, $"/rollouts/{replay.Id}/history");
        await visitor.Page.EvaluateAsync("window.same = true");
        await visitor.Page.FocusAsync("#slider");
        foreach (var (key, version) in moves)
        {
            await visitor.Page.Keyboard.PressAsync(key);
            await visitor.Page.Locator(".past").Filter(new() { HasText = $", version {version}." }).WaitForAsync();
            Assert.Equal(live[version], await Past(visitor.Page));
            Assert.Equal(0, await visitor.Page.Locator(".past-frame :is(form, button, .btn)").CountAsync());
            Assert.StartsWith($"version {version} of 61, ", await visitor.Page.GetAttributeAsync("#slider", "aria-valuetext"), StringComparison.Ordinal);
        }

        Assert.True(await visitor.Page.EvaluateAsync<bool>("window.same === true"));
        var again = await visitor.Page.Context.NewPageAsync();
        await again.GotoAsync(visitor.Page.Url);
        Assert.Equal(live[moves[^1].To], await Past(again));
        Assert.Empty(visitor.Complaints);
    }

    private static async Task<Shown> Past(IPage page) => Shown.Past(new HtmlParser().ParseDocument(await page.ContentAsync()));

    private static async Task<string> Api(Replay replay, string query)
    {
        var answer = JsonNode.Parse((await replay.Node.Admin.GetAsync($"/api/v1/rollouts/{replay.Id}{query}").Json()).GetRawText())!;
        Strip(answer);
        return answer.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private static void Strip(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var name in OfNow)
            {
                members.Remove(name);
            }
        }

        foreach (var child in node switch
        {
            JsonObject all => all.Select(member => member.Value),
            JsonArray items => items,
            _ => (IEnumerable<JsonNode?>)[],
        })
        {
            Strip(child);
        }
    }
}
