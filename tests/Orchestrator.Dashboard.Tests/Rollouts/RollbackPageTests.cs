using System.Net;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Rollouts;

/// <summary>The page of three in the morning: by HTTP alone, as without script.</summary>
public sealed class RollbackPageTests
{
    [Fact]
    public async Task One_press_rolls_back_and_the_same_address_shows_the_proof()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        using var engineer = await Reader.Of(silo, "engineering");
        var page = await engineer.Open("/rollouts/r1/rollback?reason=error%20rate%200.69%20%25");
        Assert.Equal("Roll back New checkout in production", page.Document.QuerySelector("h1")!.TextContent);
        Assert.Equal("error rate 0.69 %", page.Document.QuerySelector("#reason")!.GetAttribute("value"));
        Assert.NotNull(page.Document.QuerySelector("button[autofocus]"));

        var pressed = await engineer.Send(page, "Roll back now");
        Assert.Equal("/rollouts/r1/rollback", new Uri(silo.Address, pressed.Location!).AbsolutePath);
        var done = await engineer.Open("/rollouts/r1/rollback");
        Assert.Contains("is rolled back in production", done.Document.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("error rate 0.69 %", done.Text, StringComparison.Ordinal);
        var proof = await Eventually.Until(
            "the procedure is at its end", async () => await engineer.Open("/rollouts/r1/rollback"),
            page => !page.Text.Contains("Not shown yet.", StringComparison.Ordinal));
        Assert.Contains("Not checked: Legacy carries the load", proof.Text, StringComparison.Ordinal);
        var events = await silo.Admin.GetAsync("/api/v1/rollouts/r1/events?type=RolledBack").Json();
        Assert.Equal(1, events.GetProperty("events").GetArrayLength());
    }

    [Fact]
    public async Task Pressed_twice_or_by_two_people_it_is_done_once_and_is_no_error()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        using var first = await Reader.Of(silo, "engineering");
        using var second = await Reader.Of(silo, "devops");
        var (one, other) = (await first.Open("/rollouts/r1/rollback"), await second.Open("/rollouts/r1/rollback"));
        foreach (var pressed in (Leaf[])[await first.Send(one, "Roll back now"), await first.Send(one, "Roll back now"), await second.Send(other, "Roll back now")])
        {
            Assert.EndsWith("/rollouts/r1/rollback", pressed.Location ?? pressed.Text, StringComparison.Ordinal);
        }

        var events = await silo.Admin.GetAsync("/api/v1/rollouts/r1/events?type=RolledBack").Json();
        Assert.Equal(1, events.GetProperty("events").GetArrayLength());
    }

    [Fact]
    public async Task Empty_reason_does_not_stand_in_the_way()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        using var engineer = await Reader.Of(silo, "engineering");
        var pressed = await engineer.Send(await engineer.Open("/rollouts/r1/rollback"), "Roll back now", ("reason", ""));
        Assert.NotNull(pressed.Location);
        Assert.Equal("rolledBack", (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Only_the_named_segment_goes_back()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        using var engineer = await Reader.Of(silo, "engineering");
        await engineer.Send(await engineer.Open("/rollouts/r1/rollback?segments=beta"), "Roll back now", ("reason", "beta suffers"));
        var rollout = await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json();
        Assert.Equal("running", rollout.GetProperty("status").GetString());
        Assert.Equal("rolledBack", rollout.GetProperty("segments")[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task Viewer_gets_no_button_and_a_sent_form_changes_nothing()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        using var viewer = await Reader.Of(silo, "viewer");
        var page = await viewer.Open("/rollouts/r1/rollback");
        Assert.DoesNotContain("Roll back now", page.Buttons);
        Assert.Contains("Your role (viewer) cannot roll back", page.Text, StringComparison.Ordinal);
        using var engineer = await Reader.Of(silo, "engineering");
        var form = await engineer.Open("/rollouts/r1/rollback");
        var refused = await viewer.Send(form, "Roll back now");
        Assert.Null(refused.Location);
        Assert.Equal("running", (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Unknown_rollout_is_404_and_a_form_without_token_400()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        using var engineer = await Reader.Of(silo, "engineering");
        Assert.Equal(HttpStatusCode.NotFound, (await engineer.Open("/rollouts/nothing/rollback")).Status);
        var page = await engineer.Open("/rollouts/r1/rollback");
        var refused = await engineer.Send(page, "Roll back now", ("__RequestVerificationToken", null));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal("running", (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString());
    }
}
