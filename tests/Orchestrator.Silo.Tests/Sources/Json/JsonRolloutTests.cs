using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Sources.Json;

/// <summary>
/// A rollout of the real process that knows its numbers from a home-made endpoint alone. The orchestrator's clock runs ten times faster.
/// </summary>
public sealed class JsonRolloutTests
{
    [Fact]
    public async Task Rollout_guarded_by_json_alone_advances_when_good_and_goes_back_when_bad()
    {
        await using var vendors = await Vendors.Start();
        var folder = Directory.CreateTempSubdirectory("json-").FullName;
        await using (var silo = await SiloProcess.Start(folder, $"--ORCHESTRATOR_ADMIN_KEY={SiloHost.AdminKey}", "--Orchestrator:Clock:Speed=10"))
        {
            using var admin = silo.As(SiloHost.AdminKey);
            vendors.Document = Document(errors: 0);
            await admin.PutAsync("/api/v1/plans/home", Answers.Text(Plan(vendors.Address), "application/yaml")).Json(201);
            await admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "home", environment = "production" }).Json(201);
            using var events = await EventStream.Open(admin, "r1");
            await admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();

            Assert.Equal("ten", Step(await events.Until("StepStarted")));
            Assert.Equal("half", Step(await events.Until("StepStarted")));
            var source = (await admin.GetAsync("/api/v1/rollouts/r1/sources").Json()).GetProperty("sources")[0];
            Assert.Equal(("json", "ok"), (source.GetProperty("kind").GetString(), source.GetProperty("state").GetString()));

            await events.Until("CriterionAssessed");
            vendors.Document = "<html>Sign in</html>";
            await events.Until("EvidenceLost");
            vendors.Document = Document(errors: 40);
            await events.Until("RolledBack");
        }

        Directory.Delete(folder, recursive: true);

        static string? Step(JsonElement started) => started.GetProperty("data").GetProperty("step").GetString();
    }

    [Fact]
    public async Task Amended_rollout_asks_by_the_corrected_query_and_does_so_after_a_kill()
    {
        await using var vendors = await Vendors.Start();
        var folder = Directory.CreateTempSubdirectory("json-").FullName;
        string[] settings = [$"--ORCHESTRATOR_ADMIN_KEY={SiloHost.AdminKey}", "--Orchestrator:Clock:Speed=10"];
        vendors.Document = Failures(0);
        await using (var silo = await SiloProcess.Start(folder, settings))
        {
            using var admin = silo.As(SiloHost.AdminKey);
            await admin.PutAsync("/api/v1/plans/home", Answers.Text(Plan(vendors.Address), "application/yaml")).Json(201);
            await admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "home", environment = "production" }).Json(201);
            await admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
            var other = silo.As((await admin.PostAsJsonAsync("/api/v1/keys", new { name = "ann", role = "admin" }).Json(201)).GetProperty("key").GetString());
            await other.PutAsync("/api/v1/plans/home", Answers.Text(Plan(vendors.Address).Replace("$.$variant.errors", "$.$variant.failures", StringComparison.Ordinal), "application/yaml")).Json();
            var asked = await other.PostAsJsonAsync("/api/v1/rollouts/r1/amend", new { revision = 2, reason = "the service names them otherwise" }).Json(202);
            var review = asked.GetProperty("amendment").GetProperty("review").GetString();
            var amended = await admin.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review }).Json();
            Assert.Equal(2, amended.GetProperty("plan").GetProperty("revision").GetInt32());
            await Eventually.Until("the corrected query is answered", async () => State(await admin.GetAsync("/api/v1/rollouts/r1/sources").Json()) == "ok");
            await silo.Kill();
        }

        await using (var silo = await SiloProcess.Start(folder, settings))
        {
            using var admin = silo.As(SiloHost.AdminKey);
            Assert.Equal(2, (await admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("plan").GetProperty("revision").GetInt32());
            vendors.Document = Failures(40);
            await Eventually.Until("what the corrected query shows rolls back", async () => (await admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString() == "rolledBack");
            Assert.True((await admin.GetAsync("/api/v1/rollouts/r1/verify").Json()).GetProperty("intact").GetBoolean());
        }

        Directory.Delete(folder, recursive: true);

        static string? State(JsonElement sources) => sources.GetProperty("sources")[0].GetProperty("state").GetString();

        // Of "errors", which the first revision reads, there is nothing: it would see no failure, ever.
        static string Failures(int count) => $$"""{ "new": { "requests": 400, "failures": {{count}} }, "legacy": { "requests": 400, "failures": 0 } }""";
    }

    /// <summary>Of each window 400 requests of each variant.</summary>
    private static string Document(int errors) => $$"""{ "new": { "requests": 400, "errors": {{errors}} }, "legacy": { "requests": 400, "errors": 0 } }""";

    private static string Plan(string address) => $$"""
        plan: home
        flag: newHome
        judgement: { sampling: 10s }
        metrics:
          error_rate: { ratio: errors / requests }
        sources:
          - name: home
            kind: json
            url: '{{address}}/home?from=$from&to=$to'
            series:
              requests: { count: '$.$variant.requests' }
              errors:   { count: '$.$variant.errors' }
        triggers:
          - { name: errors, when: error_rate > 5%, for: 30s, action: rollback }
        phases:
          - name: gradual
            steps:
              - { name: ten, percentage: 10%, hold: 1m }
              - { name: half, percentage: 50%, hold: 1d }
            success: [ error_rate < 1% over 1m ]
        """;
}
