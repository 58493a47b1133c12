using System.Net;
using System.Net.Http.Json;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;
using Orchestrator.Silo.Tests.Show;

namespace Orchestrator.Dashboard.Tests.Reviews;

public sealed class ReviewPageTests
{
    private const string Path = $"/rollouts/{Driving.Id}/reviews/r1";

    private const string Plan = """
        plan: checkout
        title: The new checkout
        flag: useNewCheckout
        metrics:
          error_rate: { ratio: errors / requests }
        phases:
          - name: gradual
            success: [ { name: Error rate, when: error_rate < 1% over 10m } ]
            steps: [ { name: ten, percentage: 10%, hold: 10m, review: { roles: [product] } }, { name: all, percentage: 100%, hold: 10m } ]
        """;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Page_shows_the_evidence_its_hash_and_who_decides()
    {
        await using var rollout = await Asked();
        using var viewer = await Reader.Of(rollout.Silo, "viewer");
        var page = await viewer.Open(Path);
        Assert.Equal($"Review r1 of {Driving.Id}: go or no-go after step ten", page.Document.QuerySelector("h1")!.TextContent);
        Assert.StartsWith("It lacks 1 of product. The evidence you decide on is from", page.Lead, StringComparison.Ordinal);
        Assert.Contains("No verdict has changed since then.", page.Lead, StringComparison.Ordinal);
        var hash = (await rollout.Read()).GetProperty("reviews")[0].GetProperty("evidence").GetProperty("hash").GetString()!;
        Assert.Equal([hash, hash], page.Document.QuerySelectorAll("#evidence ~ dl code").Select(one => one.TextContent));
        Assert.Equal(["✓ met", "✓ met"], page.Document.QuerySelectorAll("table .pill").Select(one => one.TextContent));
        Assert.Empty(page.Document.QuerySelectorAll("main form"));
        Assert.NotNull(page.Document.QuerySelector(".env.is-production"));
    }

    [Fact]
    public async Task Approval_goes_on_and_its_note_is_kept()
    {
        await using var rollout = await Asked();
        using var product = await Reader.Of(rollout.Silo, "product");
        var page = await product.Open(Path);
        Assert.Contains("step all follows when the other gates are open: 100% of users on new.", page.Text, StringComparison.Ordinal);
        var sent = await product.Send(page, "Approve: go", ("reason", "seen & good"));
        Assert.Equal((HttpStatusCode.Found, Path), (sent.Status, new Uri(rollout.Silo.Address, sent.Location!).AbsolutePath));
        var over = await product.Open(Path);
        Assert.StartsWith("Approved by product.", over.Lead, StringComparison.Ordinal);
        Assert.Contains("seen & good", over.Text, StringComparison.Ordinal);
        Assert.Empty(over.Document.QuerySelectorAll("main form"));
    }

    [Fact]
    public async Task Approval_of_evidence_that_changed_is_refused_and_what_was_typed_stays()
    {
        await using var rollout = await Asked();
        using var product = await Reader.Of(rollout.Silo, "product");
        var page = await product.Open(Path);
        await Worsen(rollout);
        var refused = await product.Send(page, "Approve: go", ("reason", "still good"));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("still good", refused.Document.QuerySelector("#approve-reason")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(refused.Document.QuerySelector("[role=alert]"));
        Assert.Empty(await rollout.Events("ReviewDecided"));

        var withdrawn = await product.Open(Path);
        Assert.StartsWith("It was withdrawn: its step ended in another way, or its evidence changed.", withdrawn.Lead, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hash_that_is_not_the_one_of_the_review_is_refused()
    {
        await using var rollout = await Asked();
        using var product = await Reader.Of(rollout.Silo, "product");
        var page = await product.Open(Path);
        var refused = await product.Send(page, "Approve: go", ("evidenceHash", new string('0', 64)));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("The evidence of review r1 has changed", refused.Text, StringComparison.Ordinal);
        var without = await product.Send(page, "Approve: go", ("evidenceHash", ""));
        Assert.Equal(HttpStatusCode.Conflict, without.Status);
        Assert.Equal("open", (await rollout.Read()).GetProperty("reviews")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task Rejection_needs_a_reason_and_pauses()
    {
        await using var rollout = await Asked();
        using var product = await Reader.Of(rollout.Silo, "product");
        var page = await product.Open(Path);
        var empty = await product.Send(page, "Reject: no-go", ("reason", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, empty.Status);
        Assert.Equal("true", empty.Document.QuerySelector("#reject-reason")!.GetAttribute("aria-invalid"));
        Assert.Null(empty.Document.QuerySelector("#approve-reason")!.GetAttribute("aria-invalid"));
        var sent = await product.Send(empty, "Reject: no-go", ("reason", "the carts are slow"));
        Assert.Equal(HttpStatusCode.Found, sent.Status);
        Assert.StartsWith("Rejected by product.", (await product.Open(Path)).Lead, StringComparison.Ordinal);
        Assert.Equal("paused", (await rollout.Read()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Change_since_the_snapshot_is_told()
    {
        await using var rollout = await Asked();
        await rollout.Ask("pause", new { reason = "lunch" });
        using var product = await Reader.Of(rollout.Silo, "product");
        var page = await product.Open(Path);
        Assert.Contains("No verdict has changed since then, but 1 other thing did.", page.Lead, StringComparison.Ordinal);
        Assert.Contains("Status: running → paused", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Override_names_its_asker_and_a_role_that_is_not_asked_gets_no_form()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Ask("advance", new { @override = true, reason = "in a hurry" });
        using var product = await Reader.Of(rollout.Silo, "product");
        var page = await product.Open(Path);
        Assert.Contains("override of the gates of step ten", page.Document.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("engineering", page.Document.QuerySelectorAll("dd").Select(one => one.TextContent));
        using var devops = await Reader.Of(rollout.Silo, "devops");
        Assert.Empty((await devops.Open(Path)).Document.QuerySelectorAll("main form"));
    }

    [Fact]
    public async Task Unknown_review_is_a_page_that_says_so()
    {
        await using var rollout = await Driving.Begin(Plan, Every);
        using var viewer = await Reader.Of(rollout.Silo, "viewer");
        foreach (var path in (string[])[Path, "/rollouts/none/reviews/r1"])
        {
            var page = await viewer.Open(path);
            Assert.Equal(HttpStatusCode.NotFound, page.Status);
            Assert.StartsWith("No review has this id.", page.Lead, StringComparison.Ordinal);
        }
    }

    /// <summary>A go or no-go that the plan opened on good evidence.</summary>
    private static async Task<Driving> Asked()
    {
        var rollout = await Driving.Started(Plan, Every);
        for (var end = rollout.Now + TimeSpan.FromMinutes(12); rollout.Now < end;)
        {
            await Sample(rollout, errors: 0);
        }

        Assert.Equal("open", Assert.Single((await rollout.Read()).GetProperty("reviews").EnumerateArray()).GetProperty("state").GetString());
        return rollout;
    }

    private static async Task Worsen(Driving rollout)
    {
        for (var end = rollout.Now + TimeSpan.FromMinutes(2); rollout.Now < end;)
        {
            await Sample(rollout, errors: 500);
        }
    }

    private static async Task Sample(Driving rollout, int errors)
    {
        await rollout.Pass(Every);
        await rollout.As("ingest").PostAsJsonAsync(
            $"/api/v1/rollouts/{Driving.Id}/metrics", new { samples = new[] { new { at = rollout.Now, variant = "new", counters = new { requests = 1000, errors } } } }).Json(202);
        await rollout.Round();
    }
}
