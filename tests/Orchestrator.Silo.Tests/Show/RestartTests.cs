using System.Text.Json;

namespace Orchestrator.Silo.Tests.Show;

/// <summary>The process goes down and comes back, in the middle of everything.</summary>
public sealed class RestartTests
{
    private const int Users = 100;
    private static readonly string[] Forward = ["PhaseStarted", "StepStarted", "StepCompleted", "PhaseCompleted", "PercentageRaised", "SegmentsIncluded", "RolloutCompleted"];

    [Fact]
    public async Task Restart_in_the_middle_of_every_step_loses_nothing_and_advances_nothing()
    {
        await using var rollout = await Driving.Started(Strategy.CoarsePlan, Strategy.Coarse);
        var visited = new List<string>();
        var onNew = new HashSet<string>();
        while (true)
        {
            var place = await rollout.Place();
            visited.Add(place);
            if (!place.StartsWith("validation", StringComparison.Ordinal))
            {
                await rollout.Keep(12 * Strategy.Coarse, Healthy(place));
            }

            Assert.Equal(place, await rollout.Place());
            var now = await rollout.OnNew(Users);
            Assert.Superset(onNew, now);
            onNew = now;
            Assert.Equal(place.Split(' ')[1] == "0", now.Count == 0);

            await Unchanged_by_a_restart(rollout);
            await Held_over_a_month_of_downtime(rollout);
            Assert.Equal(onNew, await rollout.OnNew(Users));
            if (place.StartsWith("deprecation", StringComparison.Ordinal))
            {
                break;
            }

            await DriveOn(rollout, place);
        }

        Assert.Equal(
            ["validation 0", "shadow 0", "beta 0", "3a-10 10", "3a-25 25", "3b 50", "3c 75", "full 100", "deprecation 100"],
            visited.Select(place => place.Split(' ', '/') is ["gradual", var step, var share, _] ? $"{step} {share}" : $"{place.Split('/')[0]} {place.Split(' ')[^2]}"));
        Assert.Equal([10, 25, 50, 75, 100], (await rollout.Events("PercentageRaised")).Select(e => e.GetProperty("data").GetProperty("to").GetInt32()));
        Assert.Equal(Users, onNew.Count);
        Assert.Contains(await rollout.Events("ReviewOpened"), e => Datum(e, "step") == "3b" && Datum(e, "kind") == "checkpoint");
        Assert.Contains(await rollout.Events("ReviewOpened"), e => Datum(e, "step") == "beta" && Datum(e, "kind") == "gate");

        // Every phase with criteria ended by them, each with what was measured.
        var ended = (await rollout.Events("StepCompleted"))
            .ToDictionary(e => Datum(e, "step")!, e => e.GetProperty("data").GetProperty("evidence").EnumerateArray().ToArray());
        Assert.Equal([0, 4, 3, 4, 4, 4, 4, 3], ended.Values.Select(evidence => evidence.Length));
        Assert.All(ended.Values.SelectMany(evidence => evidence), evidence => Assert.True(evidence.GetProperty("observed").GetDouble() >= 0));
        Assert.Contains(ended["3c"], evidence => evidence.GetProperty("rule").GetString() == "error_rate < 0.1% over 48h");
        Assert.True((await rollout.As("engineering").GetAsync($"/api/v1/rollouts/{Driving.Id}/verify").Json()).GetProperty("intact").GetBoolean());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(45)]
    public async Task Pending_for_continues_over_a_restart(int downtime)
    {
        await using var rollout = await Driving.Started(Strategy.Plan, Strategy.Sampling);
        await rollout.OverrideTo("3c");
        await rollout.Pass(Strategy.Sampling);
        var (began, bad) = (rollout.Now, new Measured { Errors = 6 });
        await rollout.Keep(TimeSpan.FromMinutes(3), bad);

        await rollout.Restart(TimeSpan.FromSeconds(downtime));
        await rollout.Keep(TimeSpan.FromSeconds(105 - downtime), bad);
        Assert.Empty(await rollout.Events("TriggerFired"));
        await rollout.Pass(Strategy.Sampling);
        await rollout.Push(bad);

        Assert.Equal(began + TimeSpan.FromMinutes(5), Assert.Single(await rollout.Events("RolledBack")).GetProperty("at").GetDateTimeOffset());
    }

    [Fact]
    public async Task Pending_for_starts_again_when_the_node_was_away_for_longer_than_a_gap()
    {
        await using var rollout = await Driving.Started(Strategy.Plan, Strategy.Sampling);
        await rollout.OverrideTo("3c");
        await rollout.Pass(Strategy.Sampling);
        await rollout.Keep(TimeSpan.FromMinutes(3), new Measured { Errors = 6 });

        await rollout.Restart(TimeSpan.FromMinutes(3));
        await rollout.Keep(TimeSpan.FromMinutes(4), new Measured { Errors = 6 });

        Assert.Single(await rollout.Events("EvidenceLost"));
        Assert.Equal("gradual/3c 75 running", await rollout.Place());
    }

    /// <summary>
    /// The whole answer is the same, down to what the windows of the metrics say, and no event was added. Only the counts of users begin
    /// again: an embedded store does not keep them.
    /// </summary>
    private static async Task Unchanged_by_a_restart(Driving rollout)
    {
        var before = await rollout.Read();
        await rollout.Restart();
        Assert.Equal(WithoutPeople(before), WithoutPeople(await rollout.Read()));
    }

    private static string WithoutPeople(JsonElement answer) => string.Join('\n', answer.EnumerateObject()
        .Where(member => member.Name is not ("people" or "peopleReason" or "exposure" or "exposureReason")).Select(member => $"{member}"));

    private static async Task Held_over_a_month_of_downtime(Driving rollout)
    {
        var (before, place) = (await rollout.Read(), await rollout.Place());
        await rollout.Restart(TimeSpan.FromDays(30));
        Assert.Equal(place, await rollout.Place());
        await rollout.Push(Healthy(place));
        await rollout.Pass(Strategy.Coarse);
        Assert.Equal(place, await rollout.Place());
        Assert.Equal(before.GetProperty("salt").ToString(), (await rollout.Read()).GetProperty("salt").ToString());
        var added = (await rollout.Events(before.GetProperty("version").GetInt64())).Select(e => e.GetProperty("type").GetString());
        Assert.DoesNotContain(added, type => Forward.Contains(type));
    }

    /// <summary>People agree and the new path is healthy, until the step is over.</summary>
    private static async Task DriveOn(Driving rollout, string place)
    {
        await rollout.CompleteObjectives();
        for (var i = 0; await rollout.Place() == place; i++)
        {
            Assert.True(i < 100, $"{place} is not left: {(await rollout.Read()).GetProperty("next")} {(await rollout.Read()).GetProperty("criteria")}");
            await rollout.ApproveReviews();
            await rollout.Pass(Strategy.Coarse);
            await rollout.Keep(3 * Strategy.Coarse, Healthy(place));
        }
    }

    private static string? Datum(JsonElement happened, string name) => happened.GetProperty("data").GetProperty(name).GetString();

    private static Measured Healthy(string place) => new() { Traffic = place.StartsWith("shadow", StringComparison.Ordinal) ? "shadow" : "live" };
}
