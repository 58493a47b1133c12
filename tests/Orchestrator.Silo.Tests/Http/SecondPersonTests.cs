using System.Net.Http.Json;

namespace Orchestrator.Silo.Tests.Http;

public sealed class SecondPersonTests
{
    [Fact]
    public async Task Override_is_not_approved_with_a_key_that_its_asker_made()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        var asked = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/advance", new { @override = true, reason = "in a hurry" }).Json();
        var review = asked.GetProperty("reviews").EnumerateArray().Single(one => one.GetProperty("state").GetString() == "open").GetProperty("id").GetString();

        using var made = await silo.NewClient("admin");
        Assert.Equal("review.own_override", await made.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Problem(409));
        var (_, text) = await Made(made, "product");
        Assert.Equal("review.own_override", await silo.As(text).PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Problem(409));
        Assert.Equal("review.own_override", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Problem(409));
    }

    private static async Task<(string Id, string Text)> Made(HttpClient by, string role)
    {
        var key = await by.PostAsJsonAsync("/api/v1/keys", new { name = role, role }).Json(201);
        return (key.GetProperty("id").GetString()!, key.GetProperty("key").GetString()!);
    }
}
