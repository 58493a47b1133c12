using AngleSharp.Dom;

namespace Orchestrator.Dashboard.Tests.History;

public sealed class ExplainPageTests
{
    private const string Address = $"/environments/{HistoryPages.Environment}/explain";

    [Fact]
    public async Task Answer_is_a_sentence_with_its_rules_and_no_address_has_the_key()
    {
        await using var pages = await HistoryPages.Started();
        var page = await Ask(pages, ("user", "anna@example.com"), ("attributes", "internal = true"));
        Assert.StartsWith("new: because the rule 'beta: internal equals true' holds; it saw true.", page.WordsOf(".lead"), StringComparison.Ordinal);
        Assert.Contains("beta", page.WordsOf("table"), StringComparison.Ordinal);
        Assert.All(page.QuerySelectorAll("[href], [action]"), element =>
            Assert.DoesNotContain("anna", element.GetAttribute("href") + element.GetAttribute("action"), StringComparison.Ordinal));
        Assert.Equal("anna@example.com", page.QuerySelector("input[name=user]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task User_outside_of_the_share_learns_when_it_joins()
    {
        await using var pages = await HistoryPages.Started();
        for (var i = 0; ; i++)
        {
            var lead = (await Ask(pages, ("user", $"user-{i}"))).WordsOf(".lead");
            if (lead.StartsWith("legacy", StringComparison.Ordinal))
            {
                Assert.Matches(@"because its bucket is [\d,]+ of 100,000, and the rule 'bucket below 10 %' does not hold\. 10 % of all users are on new; this user joins at [\d.]+ %\.$", lead);
                return;
            }
        }
    }

    [Fact]
    public async Task Past_moment_is_answered_from_the_log()
    {
        await using var pages = await HistoryPages.RolledBack();
        var now = await Ask(pages, ("user", "a"), ("attributes", "internal = true"));
        Assert.StartsWith("legacy: because the rollout routes no user", now.WordsOf(".lead"), StringComparison.Ordinal);
        var then = await Ask(pages, ("user", "a"), ("attributes", "internal = true"), ("at", "2026-03-02T09:05:00"));
        Assert.StartsWith("new:", then.WordsOf(".lead"), StringComparison.Ordinal);
        Assert.Contains("As of Mon 2 Mar 2026 09:05:00", then.WordsOf("main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Journey_says_since_when_and_why_in_a_strip_and_a_table_with_links_to_events()
    {
        await using var pages = await HistoryPages.RolledBack();
        var page = await Ask(pages, ("user", "anna@example.com"), ("attributes", "internal = true"), ("at", "2026-03-02T09:05:00"));
        var part = page.QuerySelector("section[aria-labelledby=journey]")!;
        Assert.Matches("^legacy since .*, rolled back by ", part.QuerySelector(".say")!.TextContent.Trim());
        var rows = part.QuerySelectorAll("tbody tr").Select(row => row.QuerySelector("[data-label=Variant]")!.TextContent.Trim()).ToArray();
        Assert.Equal(["legacy", "new"], rows.Take(2));
        Assert.Equal(rows.Length, part.QuerySelectorAll("svg.area rect").Length);
        Assert.NotNull(part.QuerySelector("line.today"));
        var link = part.QuerySelector("tbody a")!.GetAttribute("href")!;
        Assert.Contains("rolled back", (await pages.Page(link)).WordsOf("main"), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("anna", link, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_errors_stand_at_their_fields_beside_what_was_typed()
    {
        await using var pages = await HistoryPages.Started();
        var page = await Ask(pages, 422, ("flag", " "), ("attributes", "nonsense\n= 3\na = 1\na = 2"), ("at", "soon"));
        foreach (var field in (string[])["flag", "attributes", "at"])
        {
            var input = page.QuerySelector($"#explain-{field}")!;
            Assert.Equal(("true", $"{field}-why"), (input.GetAttribute("aria-invalid"), input.GetAttribute("aria-describedby")));
            Assert.NotNull(page.QuerySelector($"#{field}-why"));
        }

        Assert.Contains("nonsense", page.QuerySelector("#explain-attributes")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("'a' stands twice", page.WordsOf("#attributes-why"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Moment_in_the_future_is_refused_at_its_field()
    {
        await using var pages = await HistoryPages.Started();
        var page = await Ask(pages, 422, ("user", "a"), ("at", "2999-01-01T00:00:00"));
        Assert.Contains("future", page.WordsOf("#at-why"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_flag_is_an_answer()
    {
        await using var pages = await HistoryPages.Started();
        Assert.Equal("No answer: there is no such flag.", (await Ask(pages, ("flag", "none"), ("user", "a"))).WordsOf(".lead"));
    }

    [Fact]
    public async Task Form_of_the_history_asks_about_its_moment()
    {
        await using var pages = await HistoryPages.RolledBack();
        var history = await pages.Page($"/rollouts/{HistoryPages.Id}/history?at=2026-03-02T09:05:00Z");
        var form = history.QuerySelector($"form[action='{Address}']")!;
        Assert.Equal("2026-03-02T09:05:00", form.QuerySelector("[name=at]")!.GetAttribute("value"));
        var page = await pages.Send(form, new Dictionary<string, string> { ["user"] = "a", ["attributes"] = "internal = true" });
        Assert.StartsWith("new:", page.WordsOf(".lead"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_without_a_token_is_refused()
    {
        await using var pages = await HistoryPages.Started();
        var form = (await pages.Page(Address)).QuerySelector($"form[action='{Address}']")!;
        await pages.Send(form, new Dictionary<string, string> { ["flag"] = "useNewChat", ["__RequestVerificationToken"] = "" }, 400);
    }

    private static Task<IDocument> Ask(HistoryPages pages, params (string Name, string Value)[] typed) => Ask(pages, 200, typed);

    private static async Task<IDocument> Ask(HistoryPages pages, int status, params (string Name, string Value)[] typed)
    {
        var form = (await pages.Page($"{Address}?flag=useNewChat")).QuerySelector($"form[action='{Address}']")!;
        return await pages.Send(form, typed.ToDictionary(field => field.Name, field => field.Value), status);
    }
}
