using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;
using Orchestrator.PlanFiles;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Rules about versions, ids, texts, addresses and days, from the plan over the log to the answer.</summary>
public sealed class AttributeTests
{
    private const string Plan = """
        plan: calver
        flag: calver
        segments:
          chosen: RULE
        phases: [ { name: p, steps: [ { name: a, segments: [chosen], hold: 30d } ], review: {} } ]
        """;

    [Theory]
    [InlineData("2024.01.15")]
    [InlineData("01.2.3")]
    [InlineData("1.2.3-")]
    [InlineData("1.2.3+")]
    [InlineData("1.2.3-01")]
    public async Task Version_that_is_no_semantic_one_is_refused_in_plan_and_segment(string version)
    {
        await using var silo = await SiloHost.Start();

        var plan = await silo.Admin.PostAsync("/api/v1/plans/validate", Yaml($$"""{ not: { attribute: v, version: ">= {{version}}" } }""")).Json(422);
        var segment = await silo.Admin.PutAsJsonAsync("/api/v1/segments/production/old", new { not = new { attribute = "v", version = $">= {version}" } }).Json(422);

        Assert.All([(plan, "segments.chosen.not.version"), (segment, "not.version")], refused =>
        {
            var error = refused.Item1.GetProperty("errors")[0];
            Assert.Equal(refused.Item2, error.GetProperty("path").GetString());
            Assert.Contains("'dottedVersion'", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("""{ not: { attribute: v, dottedVersion: ">= 2024.01.15" } }""", """{"v":"2025.3.1"}""", """{"v":"2023.12.31"}""")]
    [InlineData("""{ attribute: a, in: [9007199254740993] }""", """{"a":9007199254740992}""", """{"a":9007199254740993}""")]
    [InlineData("""{ attribute: a, number: "> 9007199254740992" }""", """{"a":9007199254740992}""", """{"a":9007199254740993}""")]
    [InlineData("""{ attribute: mail, endsWith: "@Example.com", ignoreCase: true }""", """{"mail":"me@example.org"}""", """{"mail":"ME@EXAMPLE.COM"}""")]
    [InlineData("""{ attribute: host, matches: "^(test|demo)-[0-9]+" }""", """{"host":"prod-1"}""", """{"host":"demo-17.local"}""")]
    [InlineData("""{ attribute: ip, inNetworks: [10.0.0.0/8] }""", """{"ip":"11.0.0.1"}""", """{"ip":"::ffff:10.0.0.1"}""")]
    [InlineData("""{ attribute: since, date: "< 2026-03-01" }""", """{"since":"2026-03-01"}""", """{"since":"2026-02-28"}""")]
    public async Task Rule_decides_the_same_from_the_plan_to_the_answer_and_after_a_restart(string rule, string legacy, string @new)
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/calver", Yaml(rule)).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "calver", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        for (var run = 0; run < 2; run++)
        {
            using var service = await silo.NewClient("evaluation", "production");
            foreach (var (context, variant) in new[] { (legacy, "legacy"), (@new, "new") })
            {
                var answer = await service.PostAsync("/ofrep/v1/evaluate/flags/calver", Answers.Text($$"""{"context":{{context}}}""")).Json();
                var explained = await silo.Admin.PostAsync("/api/v1/environments/production/explain", Answers.Text($$"""{"flag":"calver","context":{{context}}}""")).Json();
                Assert.Equal((variant, variant), (answer.GetProperty("variant").GetString(), explained.GetProperty("variant").GetString()));
                Assert.Contains(context.Split(':', 2)[1][..^1],
                    explained.GetProperty("rules").EnumerateArray().Select(row => row.GetProperty("saw").GetString()));
            }

            await silo.Restart();
        }
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("1e30")]
    [InlineData("9007199254740993.5")]
    public async Task Number_that_nothing_holds_exactly_is_refused_with_the_way_out(string number)
    {
        await using var silo = await SiloHost.Start();

        var refused = await silo.Admin.PostAsync("/api/v1/plans/validate", Yaml($$"""{ attribute: a, in: [1, {{number}}] }""")).Json(422);

        Assert.Contains("write it as a text", refused.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        await silo.Admin.PostAsync("/api/v1/plans/validate", Yaml($$"""{ attribute: a, in: [1, "{{number}}"] }""")).Json();
    }

    /// <summary>A revision of an earlier build, which took the version: it is read, shown, and not started any more.</summary>
    [Fact]
    public async Task New_rollout_of_a_revision_that_younger_rules_refuse_gets_their_sentence()
    {
        await using var silo = await SiloHost.Start();
        var document = CanonicalJson.Write(YamlText.Parse(
            Plan.Replace("RULE", """{ attribute: v, version: ">= 2024.01.15" }""", StringComparison.Ordinal), out _)!);
        await Append(silo, "plan/calver",
            PlanEvents.Catalog.Write(new PlanEvent.PlanRevised(1, CanonicalJson.Hash(document), document, "the text"), Guid.CreateVersion7()));

        await silo.Admin.GetAsync("/api/v1/plans/calver").Json();
        var refused = await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "calver", environment = "production" }).Json(422);

        var message = refused.GetProperty("errors")[0].GetProperty("message").GetString();
        Assert.Contains("segments.chosen.version", message, StringComparison.Ordinal);
        Assert.Contains("'dottedVersion'", message, StringComparison.Ordinal);
    }

    /// <summary>Events as an earlier build wrote them: a number that it had rounded, and a version that matches nobody.</summary>
    [Fact]
    public async Task Segment_recorded_by_an_earlier_build_goes_on_as_it_was()
    {
        await using var silo = await SiloHost.Start();
        var definition = JsonSerializer.Deserialize<SegmentDefinition>("""{"any":[{"attribute":"a","in":[9007199254740992]},{"attribute":"v","versionAtLeast":"2024.01.15"}]}""")!;
        await Append(
            silo, "segment/production/old", SegmentEvents.Catalog.Write(new SegmentEvent.SegmentDefined(definition, new byte[32]), Guid.CreateVersion7()));

        foreach (var (context, belongs) in new[] { ("""{"a":9007199254740992}""", true), ("""{"a":9007199254740993}""", true), ("""{"a":9007199254740990}""", false), ("""{"v":"2024.01.20"}""", false) })
        {
            var answer = await silo.Admin.PostAsync("/api/v1/segments/production/old/route", Answers.Text($$"""{"context":{{context}}}""")).Json();
            Assert.Equal((context, belongs), (context, answer.GetProperty("belongs").GetBoolean()));
        }
    }

    private static async Task Append(SiloHost silo, string stream, NewEvent happened)
    {
        var written = Assert.IsType<AppendOutcome.Appended>(await silo.Services.GetRequiredService<IEventLog>().Append(
            stream, 0, [happened], new AppendMetadata(silo.Time.GetUtcNow(), Actor.System, "c")));
        Assert.True(await silo.Services.GetRequiredService<IWorld>().WaitFor(written.Events[0].Position, SiloHost.Patience));
    }

    private static StringContent Yaml(string rule) => Answers.Text(Plan.Replace("RULE", rule, StringComparison.Ordinal), "application/yaml");
}
