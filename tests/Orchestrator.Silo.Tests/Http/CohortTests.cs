using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Http;

public sealed class CohortTests
{
    private const int Users = 1_500;

    [Fact]
    public async Task A_cohort_is_filled_by_those_who_ask_and_stays_as_it_is_after_a_restart()
    {
        await using var silo = await SiloHost.Start();
        var plan = Plans.Checkout.Replace(
            "any: [ { attribute: internal, equals: true }, { optedIn: true } ]", "any: [ { attribute: internal, equals: true } ]\n    balance: { by: [], cap: 10%, population: measured }", StringComparison.Ordinal);
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(plan, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        var started = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        Assert.Contains("It is unknown how much", Assert.Single(started.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);

        using var evaluation = await silo.NewClient("evaluation", "production");
        var before = await InCohort(evaluation);
        Assert.InRange(before.Count, 0, Users * 0.05);
        JsonElement rollout = default;
        await Eventually.Until("all who asked are counted", async () =>
        {
            rollout = await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json();
            return Cohort(rollout).GetProperty("asked").GetInt64() >= Users * 0.75;
        });
        var filled = await InCohort(evaluation);
        Assert.Empty(before.Except(filled));
        Assert.InRange(filled.Count, Users * 0.07, Users * 0.13);
        Assert.InRange(Cohort(rollout).GetProperty("share").GetDouble(), 0.08, 0.105);
        var segment = await silo.Admin.GetAsync("/api/v1/segments/production/beta").Json();
        Assert.Equal("measured", segment.GetProperty("definition").GetProperty("balance").GetProperty("population").GetString());
        Assert.Equal(0.1, segment.GetProperty("cohort").GetProperty("cap").GetDouble());

        await silo.Restart();
        using var again = await silo.NewClient("evaluation", "production");
        Assert.Equal(filled, await InCohort(again));
    }

    private static JsonElement Cohort(JsonElement rollout) => rollout.GetProperty("segments")[0].GetProperty("cohort");

    /// <summary>Asks for every user; a third of them are of the team.</summary>
    private static async Task<SortedSet<int>> InCohort(HttpClient evaluation)
    {
        var members = new SortedSet<int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Users), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, stop) =>
        {
            using var answer =
                await evaluation.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewCheckout", new { context = new { targetingKey = $"user-{i}", @internal = i % 3 == 0 } }, stop);
            if ((await answer.Content.ReadFromJsonAsync<JsonElement>(stop)).GetProperty("variant").GetString() == "new")
            {
                lock (members)
                {
                    members.Add(i);
                }
            }
        });
        return members;
    }
}
