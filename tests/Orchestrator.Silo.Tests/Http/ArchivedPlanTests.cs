using System.Net.Http.Json;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>A plan that is out of use, and in use again.</summary>
public sealed class ArchivedPlanTests
{
    [Fact]
    public async Task Archived_plan_makes_no_rollout_until_it_is_stored_again()
    {
        await using var silo = await SiloHost.Start();
        var text = Plans.Checkout;
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(text, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "old", plan = "checkout", environment = "production" }).Json(201);

        Assert.Equal(204, (int)(await silo.Admin.DeleteAsync("/api/v1/plans/checkout")).StatusCode);
        Assert.Equal(204, (int)(await silo.Admin.DeleteAsync("/api/v1/plans/checkout")).StatusCode);
        Assert.Equal("plan.not_found", await silo.Admin.DeleteAsync("/api/v1/plans/none").Problem(404));

        Assert.Equal(0, (await silo.Admin.GetAsync("/api/v1/plans").Json()).GetProperty("plans").GetArrayLength());
        Assert.Equal("checkout", (await silo.Admin.GetAsync("/api/v1/plans?archived=true").Json()).GetProperty("plans")[0].GetProperty("name").GetString());
        Assert.True((await silo.Admin.GetAsync("/api/v1/plans/checkout").Json()).TryGetProperty("archivedAt", out _));
        Assert.Equal("input.invalid", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "new", plan = "checkout", environment = "staging" }).Problem(422));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/old/start", new { }).Json();

        var again = await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(text, "application/yaml")).Json();
        Assert.Equal(2, again.GetProperty("revision").GetInt64());
        Assert.Equal(2, (await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(text, "application/yaml")).Json()).GetProperty("revision").GetInt64());
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "new", plan = "checkout", environment = "staging" }).Json(201);
        await silo.Restart();
        Assert.Equal(2, (await silo.Admin.GetAsync("/api/v1/plans/checkout").Json()).GetProperty("revision").GetInt64());
        Assert.Equal("input.invalid", await silo.Admin.GetAsync("/api/v1/plans?archived=perhaps").Problem(422));
    }
}
