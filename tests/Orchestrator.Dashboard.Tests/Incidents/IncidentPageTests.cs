using System.Net;
using System.Net.Http.Json;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;
using Orchestrator.Silo.Tests.Aftermath;
using Orchestrator.Silo.Tests.Notifications;

namespace Orchestrator.Dashboard.Tests.Incidents;

public sealed class IncidentPageTests
{
    private const string Health = "healthChecks: [ { name: legacy-answers, probe: \"HEALTH\", timeout: 60s } ]";

    [Fact]
    public async Task Page_shows_the_procedure_the_evidence_and_the_people()
    {
        await using var scene = await Scene.Start("");
        await scene.RollBack();
        await scene.UntilNext(null);
        using var viewer = await Reader.Of(scene.Silo, "viewer");
        var page = await viewer.Open("/incidents/r1-1");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.StartsWith("Everyone was rolled back by a person", page.Lead, StringComparison.Ordinal);
        Assert.Contains("a person must resolve it. No person has acknowledged it yet.", page.Lead, StringComparison.Ordinal);
        Assert.Equal(
            ["is-met", "is-met", "is-met", "is-none", "is-none"], page.Document.QuerySelectorAll(".steps > li").Select(one => one.ClassName));
        Assert.Contains("The plan has no healthChecks.", page.Text, StringComparison.Ordinal);
        Assert.Contains("No trigger fired, so no measurement is behind it.", page.Text, StringComparison.Ordinal);
        Assert.Contains("Rolled everyone back: bad", page.Text, StringComparison.Ordinal);
        Assert.Contains("The plan has no channel: no person was notified.", page.Text, StringComparison.Ordinal);
        Assert.Empty(page.Document.QuerySelectorAll("main form"));
        Assert.NotNull(page.Document.QuerySelector(".env.is-production"));
    }

    [Fact]
    public async Task Rollback_of_a_trigger_has_its_evidence_in_numbers()
    {
        await using var scene = await Scene.Start("triggers: [ { name: spike, when: error_rate > 1%, action: rollback } ]");
        await Eventually.Until(
            "the trigger rolled back", () => scene.Silo.Admin.GetAsync("/api/v1/rollouts/r1").Json(),
            rollout => rollout.GetProperty("status").GetString() == "rolledBack", meanwhile: async _ =>
            {
                scene.Silo.Time.Advance(TimeSpan.FromSeconds(15));
                await scene.Silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/metrics", new
                {
                    samples = new[] { new { variant = "new", counters = new { requests = 1000, errors = 500 } } },
                }).Json(202);
            });
        using var viewer = await Reader.Of(scene.Silo, "viewer");
        var page = await viewer.Open("/incidents/r1-1");
        Assert.Contains("by trigger spike", page.Lead, StringComparison.Ordinal);
        Assert.Contains("error_rate > 1%", page.Document.QuerySelector("#evidence")!.ParentElement!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Trigger spike fired", page.Text, StringComparison.Ordinal);
        Assert.NotNull(page.Document.QuerySelector("#c-error_rate svg.plot"));
    }

    [Fact]
    public async Task Escalated_incident_says_that_going_back_did_not_help()
    {
        await using var scene = await Scene.Start(Health);
        scene.Legacy.Health.Status = 503;
        await scene.RollBack();
        await scene.UntilNext(null, () => scene.Serve(0, 1000, samples: 1));
        using var viewer = await Reader.Of(scene.Silo, "viewer");
        var page = await viewer.Open("/incidents/r1-1");
        Assert.Contains("Manual intervention required", page.Document.QuerySelector(".alarm")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Going back did not help: look at what both have in common.", page.Text, StringComparison.Ordinal);
        Assert.Contains("answered 503", page.Document.QuerySelector(".steps > .is-breached")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Person_takes_it_and_resolves_it_with_a_reason()
    {
        await using var scene = await Scene.Start("");
        await scene.RollBack();
        await scene.UntilNext(null);
        using var devops = await Reader.Of(scene.Silo, "devops");
        var page = await devops.Open("/incidents/r1-1");
        Assert.DoesNotContain("Restore…", page.Buttons);
        var taken = await devops.Send(page, "I am on it", ("reason", "looking at <b>carts</b>"));
        Assert.Equal((HttpStatusCode.Found, "/incidents/r1-1"), (taken.Status, Path(scene, taken)));
        var again = await devops.Send(page, "I am on it", ("reason", "looking at <b>carts</b>"));
        Assert.Equal(HttpStatusCode.Found, again.Status);

        var mine = await devops.Open("/incidents/r1-1");
        Assert.Contains("devops (devops) is on it since", mine.Lead, StringComparison.Ordinal);
        Assert.Contains("Acknowledged it: looking at <b>carts</b>", mine.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>carts</b>", mine.Html, StringComparison.Ordinal);
        Assert.Contains(mine.Document.QuerySelectorAll("[aria-disabled=true]"), one => one.TextContent == "I am on it");

        var empty = await devops.Send(mine, "Resolve the incident", ("reason", " "));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, empty.Status);
        Assert.Equal("true", empty.Document.QuerySelector("#resolve-reason")!.GetAttribute("aria-invalid"));
        Assert.Equal("resolve-reason-error", empty.Document.QuerySelector("#resolve-reason")!.GetAttribute("aria-describedby"));
        Assert.NotNull(empty.Document.QuerySelector("#resolve-reason-error"));
        Assert.True(empty.Document.QuerySelector("details[open] form") is not null);

        var resolved = await devops.Send(empty, "Resolve the incident", ("reason", "it is well"));
        Assert.Equal(HttpStatusCode.Found, resolved.Status);
        var over = await devops.Open("/incidents/r1-1");
        Assert.Contains("resolved after", over.Lead, StringComparison.Ordinal);
        Assert.Contains("it is well", over.Lead, StringComparison.Ordinal);
        Assert.Empty(over.Document.QuerySelectorAll("main form"));
    }

    [Fact]
    public async Task Form_of_an_incident_that_ended_meanwhile_is_no_error()
    {
        await using var scene = await Scene.Start("");
        await scene.RollBack();
        await scene.UntilNext(null);
        using var engineer = await Reader.Of(scene.Silo, "engineering");
        var page = await engineer.Open("/incidents/r1-1");
        Assert.Contains("Restore…", page.Buttons);
        Assert.Equal("/rollouts/r1/restore", page.Document.QuerySelector("a.btn[href*=restore]")!.GetAttribute("href"));
        await scene.Silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/restore", new { reason = "false alarm" }).Json();
        var late = await engineer.Send(page, "Resolve the incident", ("reason", "it is well"));
        Assert.Equal(HttpStatusCode.Found, late.Status);
        var over = await engineer.Open("/incidents/r1-1");
        Assert.Contains("It ended after", over.Lead, StringComparison.Ordinal);
        Assert.Contains("Undid the rollback: false alarm", over.Text, StringComparison.Ordinal);
        Assert.Contains(over.Document.QuerySelectorAll("[aria-disabled=true]"), one => one.TextContent == "Restore");
    }

    [Fact]
    public async Task Form_without_its_token_changes_nothing()
    {
        await using var scene = await Scene.Start("");
        await scene.RollBack();
        using var content = new FormUrlEncodedContent([new("_handler", "resolve"), new("reason", "x"), new("key", "k")]);
        using var answer = await scene.Silo.Admin.PostAsync("/incidents/r1-1", content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("open", (await scene.Look()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Unknown_incident_is_a_page_that_says_so()
    {
        await using var silo = await SiloHost.Start();
        using var viewer = await Reader.Of(silo, "viewer");
        var page = await viewer.Open("/incidents/none-1");
        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.StartsWith("No incident has this id.", page.Lead, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notifications_are_told_with_their_delivery_and_the_escalation_ahead()
    {
        await using var pager = await Receiver.Start();
        pager.Status = 503;
        await using var scene = await Scene.Start($$"""
            channels:
              - { name: pager, kind: webhook, target: "{{pager.Address}}", levels: [critical], escalateTo: boss, escalateAfter: 10m }
              - { name: boss, kind: webhook, target: "{{pager.Address}}", levels: [warning] }
            """);
        await scene.RollBack();
        await pager.Heard(1);
        using var viewer = await Reader.Of(scene.Silo, "viewer");
        var page = await Eventually.Until(
            "the failed try is on the page", () => viewer.Open("/incidents/r1-1"), one => one.Text.Contains("answered 503", StringComparison.Ordinal), one => one.Text);
        Assert.Contains("not delivered, 1 attempt", page.Document.QuerySelector("td[data-label=Delivery]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Unless a person acknowledges it, channel boss is notified at", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(pager.Address, page.Html, StringComparison.Ordinal);
    }

    private static string Path(Scene scene, Leaf answer) => new Uri(scene.Silo.Address, answer.Location!).AbsolutePath;
}
