using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Dom;

namespace Orchestrator.Dashboard.Tests.Plans;

public sealed class PlanPagesTests(PlanSilo shared) : IClassFixture<PlanSilo>
{
    private HttpClient Admin => shared.Host.Admin;

    [Fact]
    public async Task List_names_each_plan_with_its_use()
    {
        await shared.Store("listed", rollout: true);
        var page = await Admin.Page("/plans");
        var row = page.QuerySelectorAll("tbody tr").Single(one => one.QuerySelector("th a")?.TextContent == "listed");
        Assert.Equal("/plans/listed", row.QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("by 1 rollout, 1 not over", row.Words(), StringComparison.Ordinal);
        Assert.All(page.QuerySelectorAll("tbody td"), cell => Assert.NotNull(cell.GetAttribute("data-label")));
    }

    [Fact]
    public async Task Plan_is_told_in_sentences_beside_its_text_with_dates_and_use()
    {
        await shared.Store("told", rollout: true);
        var page = await Admin.Page("/plans/told");
        Assert.StartsWith("The plan takes flag use-told to 100% of users and beta in 2 phases and 3 steps", page.QuerySelector("p.lead")!.Words(), StringComparison.Ordinal);
        Assert.Contains("plan: told", page.QuerySelector("#L1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("takes everyone back to legacy when error_rate > 0.5% for 5m", page.Body!.Words(), StringComparison.Ordinal);
        Assert.Contains("at the earliest", page.QuerySelector("#dates")!.ParentElement!.Words(), StringComparison.Ordinal);
        Assert.Contains("told-1", page.QuerySelector("#used")!.ParentElement!.Words(), StringComparison.Ordinal);
        var later = await Admin.Page("/plans/told?start=2026-04-01T08:00");
        Assert.Contains("2026-04-01T11:00:00Z", later.QuerySelector("#dates")!.ParentElement!.Words(), StringComparison.Ordinal);
        Assert.Contains("must be an RFC 3339 time", (await Admin.Page("/plans/told?start=soon")).Body!.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_weather_is_simulated_by_a_link_and_a_wrong_value_is_named()
    {
        await shared.Store("storm");
        var page = await Admin.Page("/plans/storm?step=ten&metric=error_rate&value=0.8%25");
        var form = page.QuerySelector("#weather")!.ParentElement!;
        Assert.StartsWith("If error_rate is 0.8% from the begin of step ten on, error-rate-spike takes everyone back", form.QuerySelector("p.lead")!.Words(), StringComparison.Ordinal);
        Assert.Equal("ten", ((IHtmlSelectElement)form.QuerySelector("#weather-step")!).Value);
        page = await Admin.Page("/plans/storm?step=ten&metric=error_rate&value=fast");
        Assert.Contains("value must be a share (%)", page.QuerySelector("#weather-why")!.Words(), StringComparison.Ordinal);
        Assert.Equal("true", page.QuerySelector("#weather-value")!.GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Backtest_is_a_form_without_a_script_and_says_what_is_wrong_with_the_question()
    {
        await shared.Store("tested");
        var form = (await Admin.Page("/plans/tested")).QuerySelector("#backtest")!.ParentElement!;
        Assert.Equal("30", ((IHtmlInputElement)form.QuerySelector("#backtest-days")!).Value);
        var page = await Admin.Page("/plans/tested?backtest=400&every=soon");
        var why = page.QuerySelector("#backtest-why")!.Words();
        Assert.Contains("days must be 1 to 90, but is 400", why, StringComparison.Ordinal);
        Assert.Contains("step must be a duration such as 5m, but is 'soon'", why, StringComparison.Ordinal);
        Assert.Contains("sources must have a source of kind prometheus", why, StringComparison.Ordinal);
        Assert.Equal("true", page.QuerySelector("#backtest-days")!.GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Unknown_plans_and_revisions_are_pages_that_say_so()
    {
        await shared.Store("known");
        Assert.Contains("No plan has the name nothing", (await Admin.Page("/plans/nothing", HttpStatusCode.NotFound)).Body!.Words(), StringComparison.Ordinal);
        Assert.Contains("it has no revision 7", (await Admin.Page("/plans/known?revision=7", HttpStatusCode.NotFound)).Body!.Words(), StringComparison.Ordinal);
        Assert.Contains("must be a whole number", (await Admin.Page("/plans/known?revision=x", HttpStatusCode.UnprocessableEntity)).Body!.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_shows_every_error_at_its_line_and_keeps_the_text()
    {
        await shared.Store("broken-later");
        var broken = Broken("broken-later");
        var page = await Admin.Submit(
            "/plans/broken-later?edit=1", "plan", new() { ["text"] = broken.Replace("\n", "\r\n", StringComparison.Ordinal), ["do"] = "check" },
            HttpStatusCode.UnprocessableEntity);
        var errors = page.QuerySelectorAll("#problem li").Select(error => error.Words()).ToArray();
        Assert.True(errors.Length >= 3, string.Join('\n', errors));
        var misspelt = Assert.Single(errors, error => error.StartsWith("line 7: ", StringComparison.Ordinal));
        Assert.Contains("eror_rate", misspelt, StringComparison.Ordinal);
        Assert.Contains("error_rate", misspelt, StringComparison.Ordinal);
        Assert.All(page.QuerySelectorAll("#problem li a"), link => Assert.NotNull(page.QuerySelector(link.GetAttribute("href")!)));
        var text = (IHtmlTextAreaElement)page.QuerySelector("#text")!;
        Assert.Equal(broken, text.Value.ReplaceLineEndings("\n"));
        Assert.Equal(("true", "problem"), (text.GetAttribute("aria-invalid"), text.GetAttribute("aria-describedby")));
        Assert.Contains("is-bad", page.QuerySelector("#line-7")!.ClassName, StringComparison.Ordinal);
        Assert.Equal(1, await Newest("broken-later"));
    }

    [Fact]
    public async Task Check_of_a_sound_text_shows_its_effect_and_stores_nothing()
    {
        var plan = await shared.Store("checked", rollout: true, start: true);
        var looser = plan.Replace("error_rate > 0.5%", "error_rate > 0.8%", StringComparison.Ordinal).Replace("percentage: 10%", "percentage: 15%", StringComparison.Ordinal);
        var page = await Admin.Submit("/plans/checked?edit=1", "plan", new() { ["text"] = looser, ["do"] = "check" });
        var words = page.Body!.Words();
        Assert.Contains("▽ looser Trigger error-rate-spike: when error_rate > 0.5% → error_rate > 0.8%.", words, StringComparison.Ordinal);
        Assert.Contains("Another 5 % of users go to new when it begins", words, StringComparison.Ordinal);
        Assert.Contains("checked-1 follows revision 1. To take this in, a second person must agree", words, StringComparison.Ordinal);
        Assert.Contains("No user moves now: the current step beta-users", words, StringComparison.Ordinal);
        Assert.Contains("From revision 1 to this text", words, StringComparison.Ordinal);
        Assert.Contains("+ - { name: ten, percentage: 15%", page.QuerySelector(".diff")!.Words(), StringComparison.Ordinal);
        Assert.Equal(1, await Newest("checked"));
    }

    [Fact]
    public async Task Storing_makes_a_revision_and_says_which_rollouts_keep_theirs()
    {
        var plan = await shared.Store("stored", rollout: true);
        var values = new Dictionary<string, string> { ["text"] = plan.Replace("hold: 1h", "hold: 2h", StringComparison.Ordinal), ["do"] = "save" };
        var page = await Admin.Submit("/plans/stored?edit=1", "plan", values);
        Assert.Contains("Revision 2 is stored. Running rollouts keep their revision: stored-1 keeps revision 1.", page.Body!.Words(), StringComparison.Ordinal);
        Assert.Equal(2, await Newest("stored"));
        var compared = await Admin.Page("/plans/stored?revision=2&compare=1");
        Assert.Contains("△ stricter Step ten: hold 1h → 2h.", compared.Body!.Words(), StringComparison.Ordinal);
        Assert.Contains("This is revision 1. The newest is revision 2", (await Admin.Page("/plans/stored?revision=1")).Body!.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_another_person_revised_meanwhile_is_not_overwritten()
    {
        var plan = await shared.Store("raced");
        var values = new Dictionary<string, string> { ["text"] = plan.Replace("hold: 1h", "hold: 3h", StringComparison.Ordinal), ["do"] = "save", ["version"] = "1" };
        await shared.Put("raced", plan.Replace("hold: 1h", "hold: 2h", StringComparison.Ordinal));
        var page = await Admin.Submit("/plans/raced?edit=1", "plan", values, HttpStatusCode.PreconditionFailed);
        Assert.NotEmpty(page.QuerySelector("#problem")!.Words());
        Assert.Contains("hold: 3h", ((IHtmlTextAreaElement)page.QuerySelector("#text")!).Value, StringComparison.Ordinal);
        Assert.Equal(2, await Newest("raced"));
    }

    [Fact]
    public async Task New_plan_is_written_from_the_sample_and_never_over_another()
    {
        await shared.Store("taken");
        var page = await Admin.Page("/plans?new=1");
        var sample = ((IHtmlTextAreaElement)page.QuerySelector("#text")!).Value;
        Assert.Contains("plan: my-plan", sample, StringComparison.Ordinal);
        var taken = sample.Replace("plan: my-plan", "plan: taken", StringComparison.Ordinal);
        await Admin.Submit("/plans?new=1", "plan", new() { ["text"] = taken, ["do"] = "save" }, HttpStatusCode.PreconditionFailed);
        Assert.Equal(1, await Newest("taken"));
        var mine = await Admin.Submit("/plans?new=1", "plan", new() { ["text"] = sample, ["do"] = "save" });
        Assert.Contains("Revision 1 is stored.", mine.Body!.Words(), StringComparison.Ordinal);
        var renamed = await Admin.Submit("/plans/my-plan?edit=1", "plan", new() { ["text"] = taken, ["do"] = "save" }, HttpStatusCode.UnprocessableEntity);
        Assert.Contains("a new name is a new plan", renamed.QuerySelector("#problem")!.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollout_is_created_from_a_revision_and_a_wrong_id_keeps_what_was_typed()
    {
        await shared.Store("made");
        var wrong = await Admin.Submit("/plans/made", "create", new() { ["rollout"] = "No Id", ["environment"] = "qa" }, HttpStatusCode.UnprocessableEntity);
        var id = (IHtmlInputElement)wrong.QuerySelector("#rollout")!;
        Assert.Equal(("No Id", "true", "rollout-why"), (id.Value, id.GetAttribute("aria-invalid"), id.GetAttribute("aria-describedby")));
        Assert.Contains("No Id", wrong.QuerySelector("#rollout-why")!.TextContent, StringComparison.Ordinal);
        await Admin.Submit("/plans/made", "create", new() { ["rollout"] = "made-1", ["environment"] = "qa" });
        var rollout = await Admin.GetFromJsonAsync<JsonElement>("/api/v1/rollouts/made-1");
        Assert.Equal("created", rollout.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Viewer_reads_plans_and_has_no_form_and_the_server_refuses_one()
    {
        await shared.Store("viewed");
        using var viewer = await shared.Host.NewClient("viewer");
        var page = await viewer.Page("/plans/viewed?edit=1");
        Assert.Null(page.QuerySelector("#text"));
        Assert.Contains("Your role may not write plans.", page.Body!.Words(), StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("main form[method=post]"));
        Assert.Null((await viewer.Page("/plans?new=1")).QuerySelector("#text"));
        Assert.Equal(1, await Newest("viewed"));
    }

    [Fact]
    public async Task Text_from_outside_is_text_on_the_page()
    {
        await shared.Store("odd", plan => plan.Replace("title: The new checkout", "title: \"<script>alert(1)</script>\"", StringComparison.Ordinal));
        var page = await Admin.Page("/plans/odd");
        Assert.Equal("<script>alert(1)</script>", page.QuerySelector("h1")!.TextContent);
        Assert.DoesNotContain(page.Scripts, script => script.TextContent.Contains("alert", StringComparison.Ordinal));
    }

    private static string Broken(string name) => $$"""
        plan: {{name}}
        title: Broken
        flag: f
        metrics:
          error_rate: { ratio: errors / requests }
        triggers:
          - { name: t, when: eror_rate > 0.5%, action: rollback }
          - { name: u, when: error_rate > 5ms, action: rolback }
        phases:
          - name: one
            steps:
              - { name: a, percentage: 101%, hold: 1h }
        """;

    private async Task<int> Newest(string name) =>
        (await Admin.GetFromJsonAsync<JsonElement>($"/api/v1/plans/{name}")).GetProperty("revision").GetInt32();
}
