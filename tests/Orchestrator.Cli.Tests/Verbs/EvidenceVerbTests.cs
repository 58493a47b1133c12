using System.Net.Http.Json;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Cli.Tests.Verbs;

/// <summary>Verbs about evidence and notifications against a silo that is a process of its own.</summary>
public sealed class EvidenceVerbTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task A_review_is_read_before_it_is_approved_on_its_evidence()
    {
        await silo.Create("reviewed");
        var admin = silo.Admin;
        var (one, second) = (await silo.Person("carol", "engineering"), await silo.Person("dan", "engineering"));
        await admin.Good("start", "reviewed", "--yes");
        await admin.Fails(4, "review", "reviewed");
        await one.Good("objective", "reviewed", "trained", "--yes");
        await one.Good("advance", "reviewed", "--override", "-m", "no traffic here", "--yes");

        var hash = (await admin.Good("review", "reviewed", "-o", "jsonpath={.evidence.hash}")).Out.Trim();
        var shown = await admin.Good("review", "reviewed");
        Assert.Contains("override  open  reviewed, phase all, step few", shown.Out, StringComparison.Ordinal);
        Assert.Contains($"  Evidence {hash}", shown.Out, StringComparison.Ordinal);
        await second.Fails(4, "approve", "reviewed", "--evidence-hash", new string('0', hash.Length), "--yes");
        await second.Good("approve", "reviewed", "--evidence-hash", hash, "--yes");
        await admin.Fails(6, "review", "reviewed", "--review", "none");
    }

    [Fact]
    public async Task Metrics_with_samples_and_the_keys_that_push_them_are_listed()
    {
        await silo.Create("measured");
        var admin = silo.Admin;
        await admin.Good("start", "measured", "--yes");
        Assert.Contains("No metric has a sample.", (await admin.Good("metrics", "measured")).Error, StringComparison.Ordinal);
        using var http = new HttpClient { BaseAddress = silo.Address };
        http.DefaultRequestHeaders.Add("X-API-Key", SiloHost.AdminKey);
        using var pushed = await http.PostAsJsonAsync(
            "/api/v1/rollouts/measured/metrics", new { samples = new[] { new { variant = "new", counters = new { requests = 1000, errors = 5 } } } },
            TestContext.Current.CancellationToken);
        Assert.True(pushed.IsSuccessStatusCode);

        var metrics = await admin.Good("metrics", "measured", "-o", "wide");
        Assert.Contains("error_rate", metrics.Out, StringComparison.Ordinal);
        Assert.Equal("new", (await admin.Good("metrics", "measured", "-o", "jsonpath={.metrics[?(@.name=='error_rate')].variants[*]}")).Out.Trim());
        var points = await admin.Good("series", "measured", "error_rate", "--variant", "new", "--since", "1h");
        Assert.Matches(@"^AT +VALUE +SAMPLES +BASELINE +VARIANT\n[^ ]+ +0\.005 +1000 +- +new", points.Out.ReplaceLineEndings("\n"));
        Assert.Contains("No points.", (await admin.Good("series", "measured", "error_rate", "--variant", "legacy")).Error, StringComparison.Ordinal);
        Assert.Equal("0.005", (await admin.Good("series", "measured", "error_rate", "-o", "jsonpath={.series[?(@.variant=='new')].points[0].value}")).Out.Trim());
        var sources = await admin.Good("sources", "measured");
        Assert.Contains("No sources.", sources.Error, StringComparison.Ordinal);
        Assert.Contains(": 1 sample accepted, 0 refused; the last ", sources.Error, StringComparison.Ordinal);
        await admin.Fails(6, "sources", "nothing");
    }

    [Fact]
    public async Task Notifications_are_listed_with_their_delivery_and_sent_again()
    {
        var admin = silo.Admin;
        Assert.Contains("No notifications.", (await admin.Good("notifications", "list")).Error, StringComparison.Ordinal);
        await admin.Fails(6, "notifications", "retry", "none");
        await admin.Fails(3, "notifications", "list", "--state", "lost");
        var folder = Directory.CreateTempSubdirectory("plans-").FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "told.yaml"),
            SiloFixture.Plan.Replace("shop", "told", StringComparison.Ordinal)
                + "\nchannels: [ { name: ops, kind: webhook, target: 'http://127.0.0.1:1/hook', levels: [critical] } ]\n",
            TestContext.Current.CancellationToken);
        Assert.Equal(2, (await admin.Run("plan", "apply", "--dir", folder, "--yes")).Code);
        Directory.Delete(folder, recursive: true);
        await admin.Good("create", "told", "--plan", "told", "-e", "told");
        await admin.Good("start", "told", "--yes");
        await admin.Good("rollback", "told", "-m", "payments fail");

        string[] pending = ["notifications", "list", "--state", "pending", "-o", "jsonpath={.notifications[0].id}"];
        var id = (await Eventually.Until("a notification", () => admin.Good(pending), ran => ran.Out.Trim().Length > 0)).Out.Trim();
        Assert.Contains("ops", (await admin.Good("notifications", "list")).Out, StringComparison.Ordinal);
        Assert.Contains("is sent again", (await admin.Good("notifications", "retry", id)).Error, StringComparison.Ordinal);
    }
}
