using System.Net;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.History;

/// <summary>The page of a what-if, as a browser without script uses it.</summary>
public sealed class WhatIfPageTests
{
    private const string Address = "/rollouts/checkout-eu/what-if";

    [Fact]
    public async Task Answer_shows_both_runs_over_each_other()
    {
        await using var silo = await Measured();
        using var reader = await Reader.Of(silo, "product");
        var asked = await reader.Send(await reader.Open(Address), "Ask", ("set", "phases.gradual.steps.s25.hold=2h"), ("last", "1"));
        Assert.Equal(HttpStatusCode.Redirect, asked.Status);
        var place = asked.Location![asked.Location!.IndexOf("/rollouts", StringComparison.Ordinal)..];
        Assert.StartsWith($"{Address}?job=", place, StringComparison.Ordinal);

        var page = await Eventually.Until(
            "the answer", () => reader.Open(place), leaf => leaf.Document.QuerySelector("path.s-old") is not null,
            leaf => leaf.Text);
        Assert.NotNull(page.Document.QuerySelector("path.s-new"));
        Assert.Contains("The rollout is not rolled back, as it was not in fact.", page.Text, StringComparison.Ordinal);
        Assert.Contains("Dashed line: with the other plan.", page.Text, StringComparison.Ordinal);
        Assert.Contains("phases.gradual.steps.s25.hold=2h", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_path_is_named_beside_what_was_typed()
    {
        await using var silo = await Measured();
        using var reader = await Reader.Of(silo, "product");
        var page = await reader.Send(await reader.Open(Address), "Ask", ("set", "triggers.nope.limit=1%"), ("last", "1"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("the plan has no 'triggers.nope'", page.Text, StringComparison.Ordinal);
        Assert.Contains("triggers.nope.limit=1%", page.Document.QuerySelector("textarea")!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<SiloHost> Measured()
    {
        var silo = await SiloHost.Start();
        await Stories.Start(silo, "checkout-eu");
        for (var i = 0; i < 20; i++)
        {
            silo.Time.Advance(TimeSpan.FromSeconds(15));
            await Stories.Samples(silo, "checkout-eu");
        }

        return silo;
    }
}
