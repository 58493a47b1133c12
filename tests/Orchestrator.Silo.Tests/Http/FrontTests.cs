using System.Net;
using System.Net.Http.Json;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>The first addresses that people try, events of one type, and the name of a node.</summary>
public sealed class FrontTests
{
    [Fact]
    public async Task Root_says_where_to_go_on_health_says_readiness_and_a_link_leads_to_the_rollout()
    {
        await using var silo = await SiloHost.Start();
        using var anybody = silo.As(null);
        var front = await anybody.GetAsync("/").Json();
        using var viewer = await silo.NewClient("viewer");
        foreach (var link in front.GetProperty("links").EnumerateObject().Where(link => link.Name != "evaluation"))
        {
            using var answer = await viewer.GetAsync(link.Value.GetString());
            Assert.True(answer.IsSuccessStatusCode, $"{link.Name}: {answer.StatusCode}");
        }

        Assert.Equal("ready", (await anybody.GetAsync("/health").Json()).GetProperty("status").GetString());
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var plain = new HttpClient(handler) { BaseAddress = anybody.BaseAddress };
        using var redirect = await plain.GetAsync("/rollouts/r1");
        Assert.Equal((HttpStatusCode.Found, "/api/v1/rollouts/r1"), (redirect.StatusCode, redirect.Headers.Location?.ToString()));
        using var foreign = await plain.GetAsync("/rollouts/%2F%2Fevil.example");
        Assert.StartsWith("/api/v1/rollouts/", foreign.Headers.Location?.ToString() ?? "/api/v1/rollouts/", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_of_some_types_come_alone_page_by_page_as_lines_and_as_they_happen()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        using var stream = new StreamReader(await silo.Admin.GetStreamAsync("/api/v1/stream?after=0&type=RolloutPaused"));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        for (var i = 0; i < 3; i++)
        {
            await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/pause", new { reason = $"{i}" }).Json();
            await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/resume", new { }).Json();
        }

        var seen = new List<string>();
        for (long? after = 0; after is { } from;)
        {
            var page = await silo.Admin.GetAsync($"/api/v1/rollouts/r1/events?type=RolloutPaused&type=RolloutResumed&limit=2&after={from}").Json();
            Assert.InRange(page.GetProperty("events").GetArrayLength(), 0, 2);
            seen.AddRange(page.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("type").GetString()!));
            after = page.TryGetProperty("next", out var next) ? next.GetInt64() : null;
        }

        Assert.Equal(["RolloutPaused", "RolloutResumed", "RolloutPaused", "RolloutResumed", "RolloutPaused", "RolloutResumed"], seen);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/rollouts/r1/events?type=RolloutCreated,RolloutPaused") { Headers = { { "Accept", "application/x-ndjson" } } };
        using var lines = await silo.Admin.SendAsync(request);
        Assert.Equal(4, (await lines.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        for (var paused = 0; paused < 3;)
        {
            var line = await stream.ReadLineAsync().WaitAsync(SiloHost.Patience);
            Assert.DoesNotContain("RolloutResumed", line, StringComparison.Ordinal);
            paused += line == "event: RolloutPaused" ? 1 : 0;
        }

        using var wrong = await silo.Admin.GetAsync("/api/v1/rollouts/r1/events?type=RoloutPaused");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains("did you mean 'RolloutPaused'", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("input.invalid", await silo.Admin.GetAsync("/api/v1/stream?type=x").Problem(422));
    }

    [Fact]
    public async Task Node_has_the_name_that_it_was_given_and_an_id_of_its_own()
    {
        await using var silo = await SiloHost.Start(settings: "--Orchestrator:NodeName=edge-1");
        var node = (await silo.Admin.GetAsync("/api/v1/nodes").Json()).GetProperty("nodes")[0];
        Assert.Equal("edge-1", node.GetProperty("name").GetString());
        Assert.Matches("^edge-1-[0-9]+-[0-9a-f]{4}$", node.GetProperty("id").GetString()!);
    }
}
