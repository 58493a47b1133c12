namespace Orchestrator.Silo.Tests.Show;

public sealed class PlanTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    [Fact]
    public async Task Strategy_validates_and_a_broken_plan_shows_all_its_errors_with_their_lines()
    {
        var good = await shared.Host.Admin.PostAsync("/api/v1/plans/validate", Answers.Text(Strategy.Plan, "application/yaml")).Json();
        Assert.True(good.GetProperty("valid").GetBoolean());

        var bad = await shared.Host.Admin.PostAsync("/api/v1/plans/validate", Answers.Text(Plans.Broken, "application/yaml")).Json(422);
        var errors = bad.GetProperty("errors").EnumerateArray().ToArray();
        Assert.True(errors.Length >= 5, bad.ToString());
        Assert.All(errors, error => Assert.InRange(error.GetProperty("line").GetInt32(), 1, 14));
        Assert.All(errors, error => Assert.NotEqual("", error.GetProperty("message").GetString()));
    }
}
