using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Silo.Tests.Show;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>One review: evidence at its opening and now, changes, and the verbs of the caller.</summary>
public sealed class ReviewTests
{
    private const string Plan = """
        plan: checkout
        title: The new checkout
        flag: useNewCheckout
        metrics:
          error_rate: { ratio: errors / requests }
        approvals: { roles: [product, engineering], quorum: 2 }
        phases:
          - name: gradual
            success: [ { name: Error rate, when: error_rate < 1% over 10m } ]
            steps: [ { name: ten, percentage: 10%, hold: 10m }, { name: all, percentage: 100%, hold: 10m } ]
        """;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Review_has_the_evidence_of_its_opening_and_of_now()
    {
        await using var rollout = await Asked();
        var before = await Get(rollout, "product");
        Assert.Equal((Driving.Id, "production", true), (Text(before, "rollout"), Text(before, "environment"), before.GetProperty("current").GetBoolean()));
        Assert.Equal(Text(before.GetProperty("review").GetProperty("evidence"), "hash"), Text(before.GetProperty("evidence"), "hash"));
        Assert.Equal(Text(before.GetProperty("evidence"), "hash"), Text(before.GetProperty("now"), "hash"));
        Assert.Equal("breached", Text(before.GetProperty("evidence").GetProperty("criteria")[0], "verdict"));
        Assert.False(before.TryGetProperty("leadsTo", out _));
        Assert.False(before.GetProperty("now").GetProperty("stale").GetBoolean());
        Assert.Empty(before.GetProperty("changes").EnumerateArray());

        await rollout.Ask("pause", new { reason = "lunch" });
        var after = await Get(rollout, "product");
        var change = Assert.Single(after.GetProperty("changes").EnumerateArray());
        Assert.Equal(("status", "running", "paused"), (Text(change, "subject"), Text(change, "was"), Text(change, "is")));
        Assert.Equal(before.GetProperty("evidence").ToString(), after.GetProperty("evidence").ToString());
    }

    [Fact]
    public async Task Verbs_say_what_the_decision_would_say()
    {
        await using var rollout = await Asked();
        Assert.Equal([("approve", true, true), ("reject", true, true)], Verbs(await Get(rollout, "product")));
        var asker = await Get(rollout, "engineering");
        Assert.Equal([("approve", true, false), ("reject", true, true)], Verbs(asker));
        Assert.StartsWith("An override or an amendment needs a second person", Text(asker.GetProperty("review").GetProperty("verbs")[0], "reason"), StringComparison.Ordinal);
        Assert.Equal([("approve", true, false), ("reject", true, false)], Verbs(await Get(rollout, "devops")));
        Assert.Equal("open", Text((await Get(rollout, "product")).GetProperty("review"), "state"));

        await rollout.Ask("approve", new { review = "r1" }, "product");
        var mine = await Get(rollout, "product");
        Assert.Equal([("approve", true, false), ("reject", true, false)], Verbs(mine));
        await rollout.Ask("reject", new { review = "r1", reason = "not today" });
        var over = await Get(rollout, "product");
        Assert.Equal(("rejected", false), (Text(over.GetProperty("review"), "state"), over.GetProperty("current").GetBoolean()));
        Assert.False(over.TryGetProperty("now", out _));
        Assert.False(over.GetProperty("review").TryGetProperty("verbs", out _));

        await rollout.Ask("advance", new { @override = true, reason = "again" });
        Assert.Equal("r2", Text(await Get(rollout, "product"), "follower"));
    }

    [Fact]
    public async Task Review_that_is_not_there_is_not_found()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        Assert.Equal("review.not_found", await rollout.As("product").GetAsync($"/api/v1/rollouts/{Driving.Id}/reviews/r1").Problem(404));
        Assert.Equal("rollout.not_found", await rollout.As("product").GetAsync("/api/v1/rollouts/none/reviews/r1").Problem(404));
    }

    /// <summary>An override that an engineer asks for, against a bad error rate.</summary>
    private static async Task<Driving> Asked()
    {
        var rollout = await Driving.Started(Plan, Every);
        for (var end = rollout.Now + TimeSpan.FromMinutes(2); rollout.Now < end;)
        {
            await rollout.Pass(Every);
            await rollout.As("ingest").PostAsJsonAsync(
                $"/api/v1/rollouts/{Driving.Id}/metrics", new { samples = new[] { new { at = rollout.Now, variant = "new", counters = new { requests = 1000, errors = 50 } } } })
                .Json(202);
            await rollout.Round();
        }

        await rollout.Ask("advance", new { @override = true, reason = "fair" });
        return rollout;
    }

    private static Task<JsonElement> Get(Driving rollout, string role) => rollout.As(role).GetAsync($"/api/v1/rollouts/{Driving.Id}/reviews/r1").Json();

    private static (string, bool, bool)[] Verbs(JsonElement answer) =>
        [.. answer.GetProperty("review").GetProperty("verbs").EnumerateArray()
            .Select(one => (Text(one, "name"), one.GetProperty("may").GetBoolean(), one.GetProperty("can").GetBoolean()))];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
