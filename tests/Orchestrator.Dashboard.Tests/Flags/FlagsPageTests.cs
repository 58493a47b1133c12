using System.Net.Http.Json;
using AngleSharp.Dom;
using Orchestrator.Dashboard.Tests.History;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Flags;

public sealed class FlagsPageTests
{
    private const string Address = $"/environments/{HistoryPages.Environment}/flags";

    [Fact]
    public async Task Environment_without_a_flag_says_how_one_comes()
    {
        await using var pages = await HistoryPages.Created();
        var page = await pages.Page("/environments/elsewhere/flags");
        Assert.StartsWith("No flag is in force in elsewhere.", page.WordsOf(".lead"), StringComparison.Ordinal);
        Assert.Contains("No flag yet.", page.WordsOf(".empty"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Routed_flag_has_share_setter_change_bars_and_triggers()
    {
        await using var pages = await HistoryPages.Started();
        var page = await pages.Page(Address);
        Assert.StartsWith("useNewChat: 10% of users and beta on new decided, no answer of a node", page.WordsOf(".lead"), StringComparison.Ordinal);
        var row = page.QuerySelectorAll("section[aria-labelledby=table] tbody tr").Single(line => line.QuerySelector("th")!.Words() == "useNewChat");
        Assert.Equal(["routed", "10 %"], row.QuerySelectorAll("td").Take(2).Select(cell => cell.Words()));
        Assert.Contains("phase beta of Chat <b>new</b>", row.Words(), StringComparison.Ordinal);
        var section = page.GetElementById("flag-useNewChat")!;
        Assert.Contains("error-rate-spike", section.Words(), StringComparison.Ordinal);
        Assert.Contains("served no answers", section.QuerySelector("svg.bars desc")!.Words(), StringComparison.Ordinal);
        Assert.Contains("beta", section.QuerySelector("table")!.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_of_nodes_are_a_share_beside_the_decided_one()
    {
        await using var pages = await HistoryPages.Started();
        var evaluation = await pages.Silo.NewClient("evaluation", HistoryPages.Environment);
        foreach (var member in (bool[])[true, true, true])
        {
            await evaluation.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewChat", new { context = new { targetingKey = "a", @internal = member } }).Json();
        }

        Assert.Contains("100 % of 3 answers", (await pages.Page(Address)).WordsOf("#flag-useNewChat"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_that_is_set_and_not_in_force_is_marked()
    {
        await using var pages = await HistoryPages.Started();
        await pages.Silo.Admin.PutAsJsonAsync($"/api/v1/environments/{HistoryPages.Environment}/flags/chatLogging", new { value = "<b>quiet</b>" }).Json();
        var page = await pages.Page(Address);
        Assert.Contains("1 flag differs from what is set.", page.WordsOf(".lead"), StringComparison.Ordinal);
        Assert.Contains("Stored value is \"<b>quiet</b>\", in force is \"verbose\"", page.WordsOf("#flag-chatLogging"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_stands_with_its_lag_and_lease()
    {
        await using var pages = await HistoryPages.Started();
        var row = (await pages.Page(Address)).QuerySelector("section[aria-labelledby=nodes] tbody tr")!;
        Assert.Contains("none", row.QuerySelector("[data-label=Lag]")!.Words(), StringComparison.Ordinal);
        Assert.Contains("lease", row.QuerySelector("[data-label=Table]")!.Words(), StringComparison.Ordinal);
        Assert.All(row.QuerySelectorAll("td"), cell => Assert.NotNull(cell.GetAttribute("data-label")));
    }
}
