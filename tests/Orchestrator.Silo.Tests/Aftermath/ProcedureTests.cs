using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Silo.Tests.Aftermath;

public sealed class ProcedureTests
{
    private const string Checks = """
        healthChecks:
          - { name: legacy-answers, probe: "HEALTH", timeout: 60s }
          - { name: legacy-errors, when: legacy error_rate < 1% }
        consistencyChecks:
          - { name: session-state, probe: "SESSIONS", timeout: 60s }
        """;

    private const string Probes = """
        healthChecks: [ { name: legacy-answers, probe: "HEALTH", timeout: 60s } ]
        consistencyChecks: [ { name: session-state, probe: "SESSIONS", timeout: 60s } ]
        """;

    [Fact]
    public async Task Healthy_legacy_ends_in_a_resolution_with_the_time_of_each_leg()
    {
        await using var scene = await Scene.Start(Checks);
        await scene.Serve(1000, 10);
        await scene.RollBack();
        Assert.Equal("propagation", (await scene.UntilNext("traffic")).GetProperty("legs")[0].GetProperty("leg").GetString());

        var resolved = await scene.UntilState("resolved", () => scene.Serve(0, 1000, samples: 1));

        var legs = resolved.GetProperty("legs").EnumerateArray().ToArray();
        Assert.Equal(["propagation", "traffic", "health", "consistency"], legs.Select(l => l.GetProperty("leg").GetString()));
        Assert.All(legs, l => Assert.Equal("passed", l.GetProperty("outcome").GetString()));
        Assert.Equal("0s", legs[0].GetProperty("elapsed").GetString());
        Assert.All(legs[1..], l => Assert.Matches("^[1-9][0-9.]*(ms|s|m)$", l.GetProperty("elapsed").GetString()));
        Assert.Contains("services report none on new", legs[1].GetProperty("text").GetString());
        var checks = legs[2].GetProperty("checks").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!);
        Assert.True(checks["legacy-answers"].GetProperty("passed").GetBoolean());
        Assert.Contains("observed 0% in", checks["legacy-errors"].GetProperty("text").GetString());
        Assert.Equal(resolved.ToString(), (await scene.Silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("incident").ToString());
    }

    [Fact]
    public async Task Failing_probe_is_asked_three_times_and_then_people_must_act()
    {
        await using var scene = await Scene.Start(Probes);
        scene.Legacy.Health.Status = 503;
        await scene.RollBack();

        await scene.UntilNext(null, () => Pass(scene));
        var escalated = await scene.Look();

        Assert.Equal("escalated", escalated.GetProperty("state").GetString());
        Assert.Equal(3, scene.Legacy.Health.Calls);
        var reason = escalated.GetProperty("escalated").GetProperty("reason").GetString();
        Assert.Contains("manual intervention required", reason);
        Assert.Contains("legacy-answers: answered 503", reason);
        var legs = escalated.GetProperty("legs").EnumerateArray().ToArray();
        Assert.Equal("failed", legs[2].GetProperty("outcome").GetString());
        Assert.True(Durations.TryParse(legs[2].GetProperty("took").GetString(), out var took) && took >= TimeSpan.FromSeconds(30), $"Given up after {took}");
        Assert.Equal("passed", legs[3].GetProperty("outcome").GetString());
        Assert.Equal(1, scene.Legacy.Sessions.Calls);
        Assert.DoesNotContain("IncidentResolved", await scene.Events());
    }

    [Fact]
    public async Task Person_acknowledges_and_resolves_who_may()
    {
        await using var scene = await Scene.Start("");
        await scene.RollBack();
        var open = await scene.UntilNext(null);
        Assert.Equal("open", open.GetProperty("state").GetString());
        Assert.Equal(["passed", "passed", "skipped", "skipped"], open.GetProperty("legs").EnumerateArray().Select(l => l.GetProperty("outcome").GetString()));

        var product = await scene.Silo.NewClient("product");
        Assert.Equal(403, (int)(await product.PostAsJsonAsync("/api/v1/incidents/r1-1/acknowledge", new { })).StatusCode);
        var devops = await scene.Silo.NewClient("devops");
        var mine = await devops.PostAsJsonAsync("/api/v1/incidents/r1-1/acknowledge", new { }).Json();
        Assert.Equal("devops", mine.GetProperty("acknowledged").GetProperty("role").GetString());
        Assert.Equal("input.invalid", await devops.PostAsJsonAsync("/api/v1/incidents/r1-1/resolve", new { }).Problem(422));
        Assert.Equal("incident.not_found", await devops.PostAsJsonAsync("/api/v1/incidents/r1-2/resolve", new { reason = "x" }).Problem(404));
        var engineer = await scene.Silo.NewClient("engineering");
        var resolved = await engineer.PostAsJsonAsync("/api/v1/incidents/r1-1/resolve", new { reason = "looked at it" }).Json();
        Assert.Equal("looked at it", resolved.GetProperty("ended").GetProperty("reason").GetString());
        await engineer.PostAsJsonAsync("/api/v1/incidents/r1-1/resolve", new { reason = "again" }).Json();
        Assert.Single(await scene.Events(), "IncidentResolved");
    }

    [Fact]
    public async Task Incidents_are_listed_newest_first_by_page_rollout_and_state()
    {
        await using var scene = await Scene.Start("");
        for (var i = 0; i < 3; i++)
        {
            await scene.RollBack();
            scene.Silo.Time.Advance(TimeSpan.FromMinutes(1));
            await scene.Silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/restore", new { reason = "false alarm" }).Json();
        }

        await scene.RollBack();
        Assert.Equal(["r1-4", "r1-3", "r1-2", "r1-1"], Ids(await List("")));
        var page = await List("?limit=3&rollout=r1");
        Assert.Equal(["r1-4", "r1-3", "r1-2"], Ids(page));
        Assert.Equal(["r1-1"], Ids(await List($"?limit=3&after={page.GetProperty("next").GetString()}")));
        Assert.Equal(["r1-4"], Ids(await List("?state=open")));
        Assert.Equal(["r1-3", "r1-2", "r1-1"], Ids(await List("?state=ended")));
        Assert.Empty(Ids(await List("?rollout=other")));
        Assert.Equal("input.invalid", await scene.Silo.Admin.GetAsync("/api/v1/incidents?state=odd").Problem(422));
        Assert.Equal("input.invalid", await scene.Silo.Admin.GetAsync("/api/v1/incidents?after=odd").Problem(422));

        Task<JsonElement> List(string query) => scene.Silo.Admin.GetAsync("/api/v1/incidents" + query).Json();
        static string?[] Ids(JsonElement list) => [.. list.GetProperty("incidents").EnumerateArray().Select(i => i.GetProperty("id").GetString())];
    }

    [Fact]
    public async Task Probe_that_never_answers_delays_no_route_change()
    {
        await using var scene = await Scene.Start(Probes);
        var evaluation = await scene.Silo.NewClient("evaluation", "production");
        scene.Legacy.Health.Hold();
        Assert.Equal(("new", "new"), (await Scene.Variant(evaluation), await Scene.Variant(evaluation, isInternal: true)));

        await scene.RollBack("beta");
        Assert.Equal(("new", "legacy"), (await Scene.Variant(evaluation), await Scene.Variant(evaluation, isInternal: true)));

        // From here on a probe hangs, in the procedure of this very rollout.
        await scene.Legacy.Health.Asked();
        await scene.RollBack();
        Assert.Equal("legacy", await Scene.Variant(evaluation));
        await scene.Legacy.Health.Asked();
        await scene.Silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/restore", new { reason = "false alarm" }).Json();
        Assert.Equal(("new", "legacy"), (await Scene.Variant(evaluation), await Scene.Variant(evaluation, isInternal: true)));
        Assert.Equal(2, scene.Legacy.Health.Calls);
        Assert.DoesNotContain("HealthVerified", await scene.Events());
        Assert.DoesNotContain("HealthFailed", await scene.Events());
    }

    [Fact]
    public async Task Address_that_is_not_listed_is_not_called()
    {
        await using var scene = await Scene.Start("""healthChecks: [ { name: elsewhere, probe: "http://169.254.169.254/latest/meta-data" } ]""");
        await scene.RollBack();
        var escalated = await scene.UntilState("escalated", () => Pass(scene));
        Assert.Contains("169.254.169.254:80 is not among the hosts of Orchestrator:Egress:Allow", escalated.GetProperty("escalated").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Redirect_is_not_followed_and_is_no_success()
    {
        await using var scene = await Scene.Start(Probes);
        scene.Legacy.Health.Status = 302;
        await scene.RollBack();
        var escalated = await scene.UntilState("escalated", () => Pass(scene));
        Assert.Contains("answered 302, a redirect, which is not followed", escalated.GetProperty("escalated").GetProperty("reason").GetString());
    }

    private static Task Pass(Scene scene)
    {
        scene.Silo.Time.Advance(TimeSpan.FromSeconds(15));
        return Task.CompletedTask;
    }
}
