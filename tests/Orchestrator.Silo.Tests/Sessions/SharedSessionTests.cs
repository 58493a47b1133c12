using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dashboard.Sessions;
using Orchestrator.Silo.Tests.Cluster;

namespace Orchestrator.Silo.Tests.Sessions;

/// <summary>Sessions of a cluster: one sign-in for all nodes, one sign-out from all.</summary>
public sealed class SharedSessionTests(ClusterDatabase database)
{
    [Fact]
    public async Task Cookie_of_one_node_opens_all_until_it_is_signed_out_on_any()
    {
        await using var cluster = await TestCluster.Start(database, 2);
        foreach (var node in cluster.Nodes)
        {
            await Eventually.Until("the node knows the ended sessions", () => node.Services.GetRequiredService<EndedSessions>().AreKnown);
            await TestCluster.Until(node.Admin, "/api/v1/node", _ => true);
        }

        using var first = await Browser.SignedIn(cluster.Silos[0]);
        using var second = first.Copy(cluster.Silos[1]);
        using var evaluation = first.Copy(cluster.Evaluation);
        await second.Get("/api/v1/node").Json();
        await evaluation.Get("/api/v1/node").Json();
        using var page = await evaluation.Get("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var stream = await evaluation.Get("/api/v1/stream");
        var ends = stream.Content.ReadAsStringAsync();

        using var answer = await second.SignOut(cluster.Silos[1]);
        Assert.Equal("/sign-in?why=out&return=%2F", answer.Headers.Location?.OriginalString);
        foreach (var copy in (Browser[])[first, evaluation])
        {
            await Eventually.Until("the other node knows", async () =>
            {
                using var seen = await copy.Get("/api/v1/node");
                return seen.StatusCode == HttpStatusCode.Unauthorized;
            });
        }

        await ends.WaitAsync(SiloHost.Patience);
    }

    [Fact]
    public async Task Sign_outs_on_two_nodes_at_once_are_both_kept()
    {
        await using var cluster = await TestCluster.Start(database, 2);
        var browsers = new List<Browser>();
        for (var i = 0; i < 8; i++)
        {
            browsers.Add(await Browser.SignedIn(cluster.Silos[i % 2]));
        }

        var copies = browsers.Select((browser, i) => browser.Copy(cluster.Silos[1 - (i % 2)])).ToArray();
        var answers = await Task.WhenAll(browsers.Select((browser, i) => browser.SignOut(cluster.Silos[i % 2])));
        Assert.All(answers, answer => Assert.Equal("/sign-in?why=out&return=%2F", answer.Headers.Location?.OriginalString));
        foreach (var copy in copies)
        {
            await Eventually.Until("the other node knows", async () =>
            {
                using var seen = await copy.Get("/api/v1/node");
                return seen.StatusCode == HttpStatusCode.Unauthorized;
            });
        }

        browsers.ForEach(browser => browser.Dispose());
        Array.ForEach(copies, copy => copy.Dispose());
    }
}
