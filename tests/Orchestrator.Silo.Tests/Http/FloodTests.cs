using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Floods of one key over HTTP, and the answers that end them.</summary>
public sealed class FloodTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Expensive_reads_beyond_the_gate_are_sent_away_and_cheap_ones_are_answered()
    {
        await using var silo = await Started();
        var gate = silo.Services.GetRequiredService<ExpensiveReads>();
        var held = new TaskCompletionSource<ApiResult>();
        var reads = Enumerable.Range(0, ExpensiveReads.Most).Select(i => gate.Run($"key-{i}", () => held.Task, Stop)).ToArray();
        foreach (var path in new[]
        {
            "/api/v1/rollouts/r1/retrospective", "/api/v1/rollouts/r1/verify", "/api/v1/verify", "/api/v1/rollouts/r1?version=1", "/api/v1/rollouts/r1?at=2026-03-02T09:00:00Z", "/api/v1/checkpoint",
        })
        {
            using var answer = await silo.Admin.GetAsync(path, Stop);
            Assert.InRange(answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0, 1, 10);
            Assert.Equal("node.too_many_reads", await Task.FromResult(answer).Problem(503));
        }

        var past = new { flag = "useNewCheckout", context = new { targetingKey = "u" }, at = "2026-03-02T09:00:00Z" };
        Assert.Equal("node.too_many_reads", await silo.Admin.PostAsJsonAsync("/api/v1/environments/production/explain", past, Stop).Problem(503));
        await silo.Admin.GetAsync("/api/v1/rollouts/r1", Stop).Json();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }, Stop).Json();

        held.SetResult(new ApiResult.NoContent());
        await Task.WhenAll(reads);
        await silo.Admin.GetAsync("/api/v1/rollouts/r1/retrospective", Stop).Json();
    }

    [Fact]
    public async Task Feedback_beyond_its_bounds_is_refused_with_the_bound()
    {
        await using var silo = await Started();
        for (var i = 0; i < 50; i++)
        {
            await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/feedback", new { kind = $"kind-{i}" }, Stop).Json(202);
        }

        Assert.Equal("feedback.too_many_kinds", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/feedback", new { kind = "more" }, Stop).Problem(422));
        for (var i = 50; i < 300; i++)
        {
            await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/feedback", new { kind = "kind-1", count = 7 }, Stop).Json(202);
        }

        using var refused = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/feedback", new { kind = "kind-1" }, Stop);
        Assert.Equal(TimeSpan.FromMinutes(1), refused.Headers.RetryAfter?.Delta);
        Assert.Equal("feedback.too_many", await Task.FromResult(refused).Problem(429));
        silo.Time.Advance(TimeSpan.FromMinutes(1));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/feedback", new { kind = "kind-1" }, Stop).Json(202);
    }

    [Fact]
    public async Task Pause_and_resume_in_a_loop_end_with_429_and_a_rollback_goes_through()
    {
        await using var silo = await Started();
        // The first step that began counts too.
        for (var i = 0; i < 59; i++)
        {
            await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/pause", new { }, Stop).Json();
            await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/resume", new { }, Stop).Json();
        }

        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/pause", new { }, Stop).Json();
        Assert.Equal("rollout.too_many", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/resume", new { }, Stop).Problem(429));
        Assert.Equal("rolledBack", (await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }, Stop).Json()).GetProperty("status").GetString());
    }

    private static async Task<SiloHost> Started()
    {
        var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml"), Stop).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }, Stop).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }, Stop).Json();
        return silo;
    }
}
