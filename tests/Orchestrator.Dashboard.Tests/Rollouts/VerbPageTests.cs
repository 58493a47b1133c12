using System.Net;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Rollouts;

/// <summary>Going forward takes a reason and two steps; nothing that a link opens changes anything.</summary>
public sealed class VerbPageTests
{
    [Fact]
    public async Task Start_page_states_the_consequence_and_its_form_starts()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Create(silo, "r1");
        using var engineer = await Reader.Of(silo, "engineering");
        var page = await engineer.Open("/rollouts/r1/start");
        Assert.Equal("Start New checkout in production", page.Document.QuerySelector("h1")!.TextContent);
        var sent = await engineer.Send(page, "Start now", ("reason", "the team agreed"));
        Assert.EndsWith("/rollouts/r1", sent.Location, StringComparison.Ordinal);
        Assert.Equal("running", (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Verb_that_cannot_work_now_has_its_reason_and_no_form()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Create(silo, "r1");
        using var engineer = await Reader.Of(silo, "engineering");
        var page = await engineer.Open("/rollouts/r1/resume");
        Assert.Contains("Not now.", page.Text, StringComparison.Ordinal);
        Assert.Empty(page.Document.QuerySelectorAll("main form"));
        var rollout = await engineer.Open("/rollouts/r1");
        Assert.Contains(rollout.Document.QuerySelectorAll("[aria-disabled=true]"), one => one.TextContent == "Resume");
    }

    [Fact]
    public async Task Abort_needs_the_id_typed_and_a_reason_and_keeps_what_was_typed()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        using var engineer = await Reader.Of(silo, "engineering");
        var page = await engineer.Open("/rollouts/r1/abort?reason=from-a-link");
        Assert.Equal("", page.Document.QuerySelector("#reason")!.TextContent.Trim());
        var mistyped = await engineer.Send(page, "Abort for good", ("reason", "it is over"), ("confirm", "r2"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, mistyped.Status);
        Assert.Contains("it is over", mistyped.Document.QuerySelector("#reason")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("'r2'", mistyped.Text, StringComparison.Ordinal);
        var without = await engineer.Send(page, "Abort for good", ("reason", " "), ("confirm", "r1"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, without.Status);
        Assert.NotNull(without.Document.QuerySelector("#problem[data-hold]"));
        Assert.Equal("running", (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString());
        var done = await engineer.Send(page, "Abort for good", ("reason", "it is over"), ("confirm", "r1"));
        Assert.NotNull(done.Location);
        Assert.Equal("aborted", (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Rollout_that_changed_since_the_page_was_read_is_not_moved()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        using var engineer = await Reader.Of(silo, "engineering");
        var page = await engineer.Open("/rollouts/r1/pause");
        await silo.Admin.PostAsync("/api/v1/rollouts/r1/rollback", Answers.Text("""{"reason":"payments fail"}""")).Json();
        var late = await engineer.Send(page, "Pause now", ("reason", "wait"));
        Assert.Equal(HttpStatusCode.PreconditionFailed, late.Status);
        Assert.Matches(@"Nothing was done: the rollout has changed since this page was loaded\. It was: Running .* It is: Rolled back", late.Text);
        Assert.Equal("rolledBack", (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Events_that_move_no_user_stop_no_form_and_its_second_press_is_one_command()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        using var engineer = await Reader.Of(silo, "engineering");
        var page = await engineer.Open("/rollouts/r1/pause");
        await silo.Admin.PostAsync("/api/v1/rollouts/r1/complete-objective", Answers.Text("""{"objective":"feedback"}""")).Json();
        Assert.NotNull((await engineer.Send(page, "Pause now", ("reason", "wait"))).Location);
        Assert.NotNull((await engineer.Send(page, "Pause now", ("reason", "wait"))).Location);
        Assert.Equal(1, (await silo.Admin.GetAsync("/api/v1/rollouts/r1/events?type=RolloutPaused").Json()).GetProperty("events").GetArrayLength());
    }

    [Fact]
    public async Task Unknown_page_of_a_rollout_is_404()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Create(silo, "r1");
        using var viewer = await Reader.Of(silo, "viewer");
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.Open("/rollouts/r1/nonsense")).Status);
    }

    [Fact]
    public async Task Objective_is_ticked_by_its_page()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        using var product = await Reader.Of(silo, "product");
        var sent = await product.Send(await product.Open("/rollouts/r1/objective?name=feedback"), "Done");
        Assert.NotNull(sent.Location);
        Assert.True((await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("objectives")[0].GetProperty("completed").GetBoolean());
    }
}
