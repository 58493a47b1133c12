using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Http;

public sealed class ComparisonTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    private HttpClient Admin => shared.Host.Admin;

    [Fact]
    public async Task Rollout_stands_beside_earlier_ones_of_its_plan_and_environment_the_newest_first()
    {
        await Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml"));
        foreach (var (id, environment) in new[] { ("cmp-1", "cmp-a"), ("cmp-2", "cmp-a"), ("cmp-else", "cmp-b"), ("cmp-3", "cmp-a") })
        {
            await Admin.PostAsJsonAsync("/api/v1/rollouts", new { id, plan = "checkout", environment }).Json(201);
            await Ask(id, "start");
            await Ask(id, "abort", new { reason = "seen enough" });
            shared.Host.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var compared = await Get("/api/v1/rollouts/cmp-3/comparison").Json();
        Assert.Equal(["cmp-3", "cmp-2", "cmp-1"], Ids(compared));
        Assert.All(compared.GetProperty("steps").EnumerateArray(), step => Assert.Equal(3, step.GetProperty("took").GetArrayLength()));
        Assert.Equal("aborted", compared.GetProperty("rollouts")[1].GetProperty("status").GetString());
        Assert.Equal(["cmp-3", "cmp-2"], Ids(await Get("/api/v1/rollouts/cmp-3/comparison?last=1&by=flag").Json()));
        Assert.Equal(["cmp-1"], Ids(await Get("/api/v1/rollouts/cmp-1/comparison").Json()));

        var markdown = await (await Get("/api/v1/rollouts/cmp-3/comparison?format=markdown")).Content.ReadAsStringAsync();
        Assert.Contains("|  | cmp-3 | cmp-2 | cmp-1 |\n", markdown, StringComparison.Ordinal);
        Assert.Contains("| Status | aborted | aborted | aborted |\n", markdown, StringComparison.Ordinal);

        async Task Ask(string id, string verb, object? body = null) =>
            await Admin.PostAsJsonAsync($"/api/v1/rollouts/{id}/{verb}", body ?? new { }).Json();
    }

    [Fact]
    public async Task All_errors_of_the_question_come_at_once()
    {
        await Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml"));
        await Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "cmp-asked", plan = "checkout", environment = "cmp-c" }).Json(201);
        var problem = await (await Get("/api/v1/rollouts/cmp-asked/comparison?last=11&by=colour")).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(["last", "by"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()));
        Assert.Equal("rollout.not_found", await Get("/api/v1/rollouts/cmp-none/comparison").Problem(404));
    }

    private Task<HttpResponseMessage> Get(string path) => Admin.GetAsync(path);

    private static IEnumerable<string?> Ids(JsonElement compared) =>
        compared.GetProperty("rollouts").EnumerateArray().Select(one => one.GetProperty("rollout").GetString());
}
