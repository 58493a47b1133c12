using System.Net;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Audit;

public sealed class AuditPageTests
{
    [Fact]
    public async Task Events_are_listed_in_words_and_the_filter_is_the_address()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        await Stories.RollBack(silo, "r1");
        using var viewer = await Reader.Of(silo, "viewer");

        var page = await viewer.Open("/audit");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("events by people, newest first.", page.Lead, StringComparison.Ordinal);
        Assert.Contains("Everyone is back on legacy", page.Text, StringComparison.Ordinal);

        var rollout = await viewer.Open("/audit?by=all&object=rollout/r1&type=RolledBack,RolloutCreated");
        Assert.Equal(["RolledBack", "RolloutCreated"], Types(rollout));
        Assert.Equal("rollout/r1", rollout.Document.QuerySelector("#object")!.GetAttribute("value"));
        Assert.Equal(["RolloutCreated"], Types(await viewer.Open("/audit?object=rollout/r1&text=created%20in&from=&to=")));
        Assert.Equal("No event is shown.", (await viewer.Open("/audit?actor=nothing")).Lead);
    }

    [Fact]
    public async Task Filter_that_cannot_be_read_is_told_and_kept()
    {
        await using var silo = await SiloHost.Start();
        using var viewer = await Reader.Of(silo, "viewer");
        var page = await viewer.Open("/audit?object=%3Cscript%3E");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.NotNull(page.Document.QuerySelector(".errors"));
        Assert.Equal("<script>", page.Document.QuerySelector("#object")!.GetAttribute("value"));
    }

    private static string[] Types(Leaf page) =>
        [.. page.Document.QuerySelectorAll("tbody th").Select(one => one.TextContent.Trim().Split(' ')[0])];
}
