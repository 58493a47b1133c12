using System.Net.Http.Json;

namespace Orchestrator.Silo.Tests.Http;

public sealed class IdempotencyTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    [Fact]
    public async Task A_key_that_comes_again_with_another_body_is_refused_and_changes_nothing()
    {
        await Put("once", 1).Json();
        Assert.Equal("idempotency.key_reused", await Put("once", 2).Problem(422));
        await Put("once", 1).Json();
        await Put("another", 2).Json();

        Assert.Equal(2, (await shared.Host.Admin.GetAsync("/api/v1/environments/keys/flags/f").Json()).GetProperty("value").GetInt32());
    }

    [Fact]
    public async Task The_same_key_of_another_caller_or_elsewhere_is_another_request()
    {
        await Put("mine", 3, "g").Json();
        await Put("mine", 4, "h").Json();
        using var devops = await shared.Host.NewClient("devops");
        await Put("mine", 5, "g", devops).Json();

        Assert.Equal(5, (await shared.Host.Admin.GetAsync("/api/v1/environments/keys/flags/g").Json()).GetProperty("value").GetInt32());
    }

    [Fact]
    public async Task A_key_repeated_with_another_verb_of_the_resource_is_refused_and_changes_nothing()
    {
        var admin = shared.Host.Admin;
        await admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await Send("POST", "rollouts", "made", new { id = "r1", plan = "checkout", environment = "keys" }).Json(201);
        Assert.Equal("idempotency.key_reused", await Send("POST", "rollouts/r1/start", "made", new { }).Problem(422));
        await Send("POST", "rollouts", "made", new { id = "r1", plan = "checkout", environment = "keys" }).Json();
        await Send("POST", "rollouts/r1/start", "started", new { }).Json();
        await Send("POST", "rollouts/r1/pause", "mixed", new { reason = "p" }).Json();

        foreach (var (verb, body) in ((string, object)[])
        [
            ("resume", new { reason = "p" }), ("advance", new { @override = true, reason = "p" }), ("step-back", new { reason = "p" }), ("rollback", new { reason = "p" }),
            ("abort", new { reason = "p" }),
            ("feedback", new { kind = "complaint" }), ("complete-objective", new { objective = "docs" }),
        ])
        {
            Assert.Equal("idempotency.key_reused", await Send("POST", $"rollouts/r1/{verb}", "mixed", body).Problem(422));
        }

        Assert.Equal("paused", (await Send("POST", "rollouts/r1/pause", "mixed", new { reason = "p" }).Json()).GetProperty("status").GetString());
        await Put("flag", 1, "z").Json();
        Assert.Equal("idempotency.key_reused", await Send("DELETE", "environments/keys/flags/z", "flag", null).Problem(422));
        Assert.Equal(1, (await admin.GetAsync("/api/v1/environments/keys/flags/z").Json()).GetProperty("value").GetInt32());
    }

    private Task<HttpResponseMessage> Send(string method, string path, string key, object? body) =>
        shared.Host.Admin.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/api/v1/{path}")
        {
            Content = body is null ? null : JsonContent.Create(body),
            Headers = { { "Idempotency-Key", key } },
        });

    private Task<HttpResponseMessage> Put(string key, int value, string flag = "f", HttpClient? client = null) =>
        (client ?? shared.Host.Admin).SendAsync(
        new HttpRequestMessage(HttpMethod.Put, $"/api/v1/environments/keys/flags/{flag}")
        {
            Content = JsonContent.Create(new { value }),
            Headers = { { "Idempotency-Key", key } },
        });
}
