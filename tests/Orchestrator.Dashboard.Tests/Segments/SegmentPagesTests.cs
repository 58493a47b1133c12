using System.Net;
using System.Net.Http.Json;
using AngleSharp.Html.Dom;
using Orchestrator.Dashboard.Tests.Plans;

namespace Orchestrator.Dashboard.Tests.Segments;

public sealed class SegmentPagesTests(PlanSilo shared) : IClassFixture<PlanSilo>
{
    private HttpClient Admin => shared.Host.Admin;

    [Fact]
    public async Task List_has_the_rule_in_words_and_an_environment_without_segments_says_so()
    {
        await shared.Store("lab", rollout: true);
        var page = await Admin.Page("/environments/lab/segments");
        Assert.StartsWith("1 segment in lab", page.QuerySelector("p.lead")!.Words(), StringComparison.Ordinal);
        var row = Assert.Single(page.QuerySelectorAll("tbody tr"));
        Assert.Equal("/environments/lab/segments/beta", row.QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("A user belongs where internal equals true or they opted in.", row.Words(), StringComparison.Ordinal);
        Assert.Contains("no evidence", row.Words(), StringComparison.Ordinal);
        Assert.Contains("nowhere has no segment.", (await Admin.Page("/environments/nowhere/segments")).Body!.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segment_shows_rule_caps_and_use_and_never_an_invented_fill()
    {
        await shared.Store("caps", rollout: true);
        var page = await Admin.Page("/environments/caps/segments/beta");
        Assert.StartsWith("A user belongs where internal equals true or they opted in. Of each region and usage at most 5 %", page.QuerySelector("p.lead")!.Words(), StringComparison.Ordinal);
        var caps = page.QuerySelector("#sample")!.ParentElement!;
        Assert.Equal(["eu · heavy 2 %", "every other 5 %"], caps.QuerySelectorAll("tbody tr").Select(row => $"{row.Children[0].Words()} {row.Children[1].Words()}"));
        Assert.Contains("It is unknown how much", caps.Words(), StringComparison.Ordinal);
        Assert.Contains("their fill is unknown", caps.Words(), StringComparison.Ordinal);
        Assert.Contains("balance: { by: [\"region\", \"usage\"], cap: 5%", page.QuerySelector("#yaml")!.ParentElement!.Words(), StringComparison.Ordinal);
        Assert.Contains("caps, revision 1", page.QuerySelector("#used")!.ParentElement!.Words(), StringComparison.Ordinal);
        Assert.Contains("caps has no segment gamma.", (await Admin.Page("/environments/caps/segments/gamma", HttpStatusCode.NotFound)).Body!.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pasted_keys_are_added_and_removed_and_the_answer_has_the_numbers()
    {
        await shared.Store("paste", rollout: true);
        const string address = "/environments/paste/segments/beta";
        await Admin.Submit(address, "members", new() { ["keys"] = "a\r\nb\r\n", ["do"] = "add" });
        var page = await Admin.Submit(address, "members", new() { ["keys"] = "b\r\nc\r\n\r\nd", ["do"] = "add" });
        Assert.Contains("2 added, 1 was in.", page.Body!.Words(), StringComparison.Ordinal);
        Assert.Contains("Members: 4", page.Body!.Words(), StringComparison.Ordinal);
        page = await Admin.Submit(address, "members", new() { ["keys"] = "a\nx", ["do"] = "remove" });
        Assert.Contains("1 removed, 1 was not in.", page.Body!.Words(), StringComparison.Ordinal);
        var many = string.Join('\n', Enumerable.Range(0, 10_001));
        page = await Admin.Submit(address, "members", new() { ["keys"] = many, ["do"] = "add" }, HttpStatusCode.UnprocessableEntity);
        Assert.Contains("at most 10000 users at once", page.QuerySelector("#problem")!.Words(), StringComparison.Ordinal);
        Assert.Equal(many, ((IHtmlTextAreaElement)page.QuerySelector("#keys")!).Value.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task User_is_asked_for_by_a_form_and_the_key_is_in_no_address()
    {
        await shared.Store("ask", rollout: true, start: true);
        const string address = "/environments/ask/segments/beta";
        var page = await Admin.Submit(address, "route", new() { ["user"] = "u-secret", ["attributes"] = "internal: true", ["flag"] = "use-ask" });
        var answer = page.QuerySelector("#answer")!.Words();
        Assert.Contains("The user ", answer, StringComparison.Ordinal);
        Assert.Contains("use-ask answers ", answer, StringComparison.Ordinal);
        Assert.Equal("u-secret", ((IHtmlInputElement)page.QuerySelector("#user")!).Value);
        Assert.All(page.QuerySelectorAll("a[href]"), link => Assert.DoesNotContain("u-secret", link.GetAttribute("href"), StringComparison.Ordinal));
        page = await Admin.Submit(address, "route", new() { ["user"] = "u", ["attributes"] = "internal" }, HttpStatusCode.UnprocessableEntity);
        Assert.Contains("line 1: write name: value", page.QuerySelector("#attributes-why")!.Words(), StringComparison.Ordinal);
        Assert.Equal("true", page.QuerySelector("#attributes")!.GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Viewer_may_ask_and_has_no_form_for_members()
    {
        await shared.Store("seen", rollout: true);
        using var viewer = await shared.Host.NewClient("viewer");
        var page = await viewer.Page("/environments/seen/segments/beta");
        Assert.NotNull(page.QuerySelector("#user"));
        Assert.Null(page.QuerySelector("#keys"));
    }

    [Fact]
    public async Task Rule_is_checked_first_and_set_by_a_second_button()
    {
        await shared.Store("ruled", rollout: true, start: true);
        const string address = "/environments/ruled/segments/beta/rule";
        var page = await Admin.Page(address);
        Assert.Contains("internal equals true", page.QuerySelector("p.lead")!.Words(), StringComparison.Ordinal);
        Assert.DoesNotContain("Set this rule", page.Body!.Words(), StringComparison.Ordinal);

        var wrong = await Admin.Submit(address, "check", new() { ["text"] = "attribut: plan\nequals: pro" }, HttpStatusCode.UnprocessableEntity);
        Assert.Contains("attribut", wrong.QuerySelector("#problem")!.Words(), StringComparison.Ordinal);
        Assert.Equal("attribut: plan\nequals: pro", ((IHtmlTextAreaElement)wrong.QuerySelector("#text")!).Value.ReplaceLineEndings("\n"));

        const string rule = "title: Paying\nattribute: plan\nequals: pro\n";
        var sure = await Admin.Submit(address, "check", new() { ["text"] = rule });
        Assert.Contains("From now on: A user belongs where plan equals \"pro\"", sure.QuerySelector("p.lead")!.Words(), StringComparison.Ordinal);
        Assert.Contains("ruled-1 routes by it at once", sure.Body!.Words(), StringComparison.Ordinal);
        Assert.Contains("internal equals true", (await Admin.Page("/environments/ruled/segments/beta")).QuerySelector("p.lead")!.Words(), StringComparison.Ordinal);

        var form = sure.Forms.Single(one => one.QuerySelector("input[name=_handler][value=store]") is not null);
        var sent = form.QuerySelectorAll("input[type=hidden]").Cast<IHtmlInputElement>().ToDictionary(hidden => hidden.Name!, hidden => hidden.Value);
        var done = await Admin.Send(address, sent);
        Assert.StartsWith("A user belongs where plan equals \"pro\"", done.QuerySelector("p.lead")!.Words(), StringComparison.Ordinal);

        // A second press of the old form, and one of a person who saw the rule before, overwrite nothing.
        var late = await Admin.Send(address, new(sent) { ["key"] = "another", ["text"] = "optedIn: true" }, HttpStatusCode.PreconditionFailed);
        Assert.Contains("set by another person meanwhile", late.QuerySelector("#problem")!.Words(), StringComparison.Ordinal);
        Assert.Contains("nothing would change", (await Admin.Submit(address, "check", new() { ["text"] = rule })).QuerySelector("p.lead")!.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewer_sees_no_form_for_the_rule_and_sends_none()
    {
        await shared.Store("shut", rollout: true);
        using var viewer = await shared.Host.NewClient("viewer");
        const string address = "/environments/shut/segments/beta/rule";
        Assert.Null((await viewer.Page(address)).QuerySelector("#text"));
        Assert.Contains("shut has no segment gamma", (await viewer.Page("/environments/shut/segments/gamma/rule", HttpStatusCode.NotFound)).Body!.Words(), StringComparison.Ordinal);
        Assert.Null((await viewer.Page("/environments/shut/segments/beta")).QuerySelector($"a[href='{address}']"));
    }

    [Fact]
    public async Task Counted_users_of_the_segment_stand_beside_the_rollout_that_counted_them()
    {
        await shared.Store(
            "people", text => text.Replace("balance: { by: [region, usage], cap: 5%, population: measured, caps: { eu/heavy: 2% } }", "", StringComparison.Ordinal),
            rollout: true, start: true);
        const string address = "/environments/people/segments/beta";
        Assert.Contains("not counted", (await Admin.Page(address)).QuerySelector("#used")!.ParentElement!.Words(), StringComparison.Ordinal);
        using var service = await shared.Host.NewClient("evaluation", "people");
        foreach (var (user, inside) in (IEnumerable<(string, bool)>)[("anna", true), ("ben", true), ("carl", false)])
        {
            await PlanSilo.Sent(service.PostAsJsonAsync("/ofrep/v1/evaluate/flags/use-people", new { context = new { targetingKey = user, @internal = inside } }));
        }

        var used = (await Admin.Page(address)).QuerySelector("#used")!.ParentElement!.Words();
        Assert.Contains("about 2 of 3: 2 on new, 0 on legacy", used, StringComparison.Ordinal);
        Assert.Contains("Users are counted from", used, StringComparison.Ordinal);
    }
}
