using System.Net;
using System.Net.Http.Json;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Incidents;

public sealed class IncidentsPageTests
{
    [Fact]
    public async Task Open_incidents_come_first_and_the_filter_is_the_address()
    {
        await using var silo = await SiloHost.Start();
        using var viewer = await Reader.Of(silo, "viewer");
        var none = await viewer.Open("/incidents");
        Assert.Equal((HttpStatusCode.OK, "No incident yet: no rollout was ever rolled back."), (none.Status, none.Lead));

        await Stories.Start(silo, "r1");
        await Stories.Start(silo, "r2", "staging");
        await Stories.RollBack(silo, "r1");
        silo.Time.Advance(TimeSpan.FromMinutes(1));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/restore", new { reason = "false alarm" }).Json();
        var over = await viewer.Open("/incidents");
        Assert.Contains("No incident is open. The last one: r1, ", over.Lead, StringComparison.Ordinal);
        Assert.Contains("ended after 1 min", over.Lead, StringComparison.Ordinal);

        await Stories.RollBack(silo, "r2");
        var both = await viewer.Open("/incidents");
        Assert.Equal("One incident is open. No person has acknowledged it.", both.Lead);
        Assert.Equal(["/incidents/r2-1", "/incidents/r1-1"], Links(both));
        Assert.Equal(["/incidents/r1-1"], Links(await viewer.Open("/incidents?environment=production")));
        Assert.Equal(["/incidents/r2-1"], Links(await viewer.Open("/incidents?rollout=r2&environment=")));
        Assert.Equal("No incident fits the filter.", (await viewer.Open("/incidents?rollout=r3")).Lead);
    }

    [Fact]
    public async Task Filter_that_cannot_be_read_is_told_and_kept()
    {
        await using var silo = await SiloHost.Start();
        using var viewer = await Reader.Of(silo, "viewer");
        var page = await viewer.Open("/incidents?rollout=%3Cscript%3E");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.NotNull(page.Document.QuerySelector(".errors"));
        Assert.Equal("<script>", page.Document.QuerySelector("#rollout")!.GetAttribute("value"));
        Assert.Contains("value=\"&lt;script&gt;\"", page.Html, StringComparison.Ordinal);
    }

    private static string[] Links(Leaf page) => [.. page.Document.QuerySelectorAll("tbody th a").Select(one => one.GetAttribute("href")!)];
}
