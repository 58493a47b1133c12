using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Silo;

namespace Orchestrator.Silo.Tests.Sources.Json;

/// <summary>A rollout of the real process that knows its numbers from a home-made endpoint alone. The orchestrator's clock runs ten times faster.</summary>
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
