using System.Text;
using CsCheck;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Segments;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Plans;

public sealed class PlanReadingTests
{
    private static readonly Plan Chat = PlanText.Read(Samples.ChatArchitecture).Plan!;

    public static TheoryData<string> Files => [.. Samples.PlanFiles];

    [Theory]
    [MemberData(nameof(Files))]
    public void Reading_a_plan_s_document_again_gives_an_equal_plan(string file)
    {
        var plan = PlanText.Read(Samples.Plan(file)).Plan!;
        var again = PlanReader.ReadDocument(plan.Document).Plan!;

        Assert.Equal(Dump.Of(plan), Dump.Of(again));
        Assert.Equal(plan.Document, again.Document);
        Assert.Equal(plan.Hash, again.Hash);
    }

    [Theory]
    [InlineData("", null, false, 0)]
    [InlineData("stickiness: plan\n", null, true, 0)]
    [InlineData("stickiness: rollout\nstickyBy: targetingKey\n", null, false, 0)]
    [InlineData("stickyBy: accountId\n", "accountId", false, 0)]
    [InlineData("stickyBy: accountId\nsegments: { a: { attribute: x, equals: 1 } }\n", "accountId", false, 0)]
    [InlineData("stickyBy: accountId\nsegments: { a: { not: { optedIn: true } } }\n", "accountId", false, 1)]
    [InlineData("stickyBy: accountId\nsegments: { a: { attribute: targetingKey, startsWith: x }, b: { attribute: x, equals: 1, balance: { by: [y], cap: 5% } } }\n", "accountId", false, 2)]
    public void Plan_says_who_stays_together_and_for_how_long_and_is_warned_of_what_parts_them(
        string text, string? stickyBy, bool keepsSalt, int warnings)
    {
        var reading = PlanText.Read("plan: a\nflag: b\nphases: [ { name: p, steps: [ { percentage: 5%, hold: 1d } ], review: {} } ]\n" + text);

        Assert.Equal((stickyBy, keepsSalt), (reading.Plan!.StickyBy, reading.Plan.KeepsSalt));
        Assert.Equal(
            warnings, reading.Warnings.Count(warning => warning.Path == "stickyBy" && warning.Message.Contains("keeps together", StringComparison.Ordinal)));
    }

    [Fact]
    public void Sources_channels_and_teams_have_a_title_beside_their_name()
    {
        var plan = PlanText.Read(
            """
            plan: a
            flag: b
            teams: [ { name: checkout, title: The checkout team, role: product } ]
            channels: [ { name: ops, title: Operations, kind: webhook, target: "https://ops.example" } ]
            sources: [ { name: eu, title: Prometheus of Europe, kind: prometheus, url: "https://prometheus.example", series: { requests: { counter: 'chat_requests_total{variant="$variant"}' } } } ]
            phases: [ { name: p, steps: [ { percentage: 5%, hold: 1d } ], review: {} } ]
            """).Plan!;
        Assert.Equal(("The checkout team", "Operations", "Prometheus of Europe"), (plan.Teams[0].Title, plan.Channels[0].Title, plan.Sources[0].Title));
    }

    [Fact]
    public void The_same_plan_as_YAML_and_as_JSON_has_one_hash()
    {
        var yaml = PlanText.Read("plan: a\nflag: b\nphases:\n- steps: [{percentage: 5.50, hold: 1d}]\n  name: p\n  success: []\n  objectives: [x]\n  flags: {z: 1.0e1, a: {y: ~, x: [yes, true]}}\n");
        var json = PlanText.Read("""
            {"flag": "b", "plan": "a", "phases": [{"name": "p", "flags": {"z": 10, "a": {"x": ["yes", true], "y": null}},
              "objectives": ["x"], "success": [], "steps": [{"hold": "1d", "percentage": 5.5}]}]}
            """);

        Assert.Equal(yaml.Plan!.Document, json.Plan!.Document);
        Assert.Equal(yaml.Plan.Hash, json.Plan.Hash);
        Assert.Equal(Share.OfPercent(5.5m), yaml.Plan.Phases[0].Steps[0].Percentage);
        Assert.Equal([new FlagValue("z", "10"), new FlagValue("a", """{"x":["yes",true],"y":null}""")], yaml.Plan.Phases[0].Flags);
    }

    [Fact]
    public void The_canonical_form_of_the_minimal_plan_never_changes()
    {
        var plan = PlanText.Read(Samples.Plan("minimal.yaml")).Plan!;

        Assert.Equal(
            """{"flag":"newSearch","metrics":{"error_rate":{"ratio":"errors / requests"}},"phases":[{"name":"public","steps":[{"hold":"1d","percentage":"10%"},{"hold":"1d","percentage":"50%"},{"hold":"1d","percentage":"100%"}],"success":["error_rate < 0.5% over 12h"]}],"plan":"new-search","triggers":[{"action":"rollback","for":"5m","name":"errors","when":"error_rate > 1%"}]}""",
            plan.Document);
        Assert.Equal("06828af38788d3f6af29d778faea89fea02eaca116366d258c17269bde102846", plan.Hash);
    }

    [Fact]
    public void Triggers_of_the_strategy_have_its_numbers()
    {
        string[] rules = [.. Chat.Triggers.Select(t => $"{t.Level}: {ConditionText.Format(t.Rule)} -> {t.Action}")];

        Assert.Equal(
            [
                "critical: error_rate > 0.5% for 5m -> Rollback",
                "critical: p99_response_time > 500ms for 2m -> Rollback",
                "critical: memory > 80MB -> Rollback",
                "critical: http_5xx_rate > 1% -> Rollback",
                "critical: availability == 0% -> Rollback",
                "critical: absent(requests) for 5m -> Rollback",
                "warning: error_rate between 0.2% and 0.5% for 10m -> Review",
                "warning: p95_response_time between 165ms and 200ms for 15m -> Review",
                "warning: memory between 45MB and 50MB for 10m -> Review",
                "warning: complaints > 300% of baseline over 1h -> Review",
            ],
            rules);
    }

    [Fact]
    public void Steps_of_the_strategy_have_its_shares_and_times()
    {
        Assert.Equal(["validation", "shadow", "beta", "gradual", "full", "deprecation"], Chat.Phases.Select(p => p.Name));
        Assert.Equal(
            [("3a-10", Share.OfPercent(10)), ("3a-25", Share.OfPercent(25)), ("3b", Share.OfPercent(50)), ("3c", Share.OfPercent(75))],
            Chat.Phases[3].Steps.Select(s => (s.Name, s.Percentage!.Value)));
        Assert.All(Chat.Phases[3].Steps, s => Assert.Equal(TimeSpan.FromDays(7), s.Hold));
        Assert.Equal(new DurationRange(TimeSpan.FromDays(28), TimeSpan.FromDays(42)), Chat.Phases[3].Duration);
        Assert.Equal(TimeSpan.FromDays(2), Chat.Phases[3].Steps[2].Review!.Every);
        Assert.Equal(["engineering", "product"], Chat.Phases[3].Steps[2].Review!.Roles);
        Assert.Equal(["3a-10-error-rate"], Chat.Phases[3].Steps[0].Triggers.Select(t => t.Name));
        Assert.Equal(["3a-25-error-rate"], Chat.Phases[3].Steps[1].Triggers.Select(t => t.Name));
        Assert.Equal(Share.All, Chat.Phases[4].Steps[0].Percentage);
        Assert.True(Chat.Phases[1].Shadow);
        Assert.Equal(["low", "low", "low-medium", "medium", "low", "low"], Chat.Phases.Select(p => p.Risk));
    }

    [Fact]
    public void Primary_metrics_of_the_strategy_have_baseline_target_and_alert()
    {
        string[] table = [.. Chat.Metrics.Where(m => m.Tier == "primary").Select(m =>
            $"{m.Name}: {(m.Baseline is Baseline.Fixed f ? Units.Format(f.Quantity) : "legacy")}, {ConditionText.Format(m.Target!)}, {ConditionText.Format(m.Alert!)}")];

        Assert.Equal(
            [
                "error_rate: 0.05%, error_rate < 0.1%, error_rate > 0.2%",
                "p95_response_time: 150ms, p95_response_time < 165ms, p95_response_time > 200ms",
                "memory: 30MB, memory < 45MB, memory > 50MB",
                "cpu: legacy, cpu < 115% of baseline, cpu > 130% of baseline",
                "requests_per_second: legacy, requests_per_second >= baseline, requests_per_second < 95% of baseline",
            ],
            table);
        Assert.All(Chat.Metrics.Where(m => m.Tier is not null),
            m => Assert.True(m.Baseline is not null && m.Target is not null && m.Alert is not null, m.Name));
    }

    [Fact]
    public void The_beta_cohort_has_its_four_selection_rules()
    {
        var beta = Assert.Single(Chat.Segments).Definition;
        var any = Assert.IsType<SegmentRule.Any>(beta.Rule);

        Assert.Equal(
            [
                new SegmentRule.Attribute("internal", new AttributeTest.EqualTo(AttributeValue.Of(true))),
                new SegmentRule.Attribute("trusted", new AttributeTest.EqualTo(AttributeValue.Of(true))),
                new SegmentRule.OptedIn(),
            ],
            any.Rules);
        Assert.Equal(["region", "usage"], beta.Balance!.By);
        Assert.Equal(0.05, beta.Balance.Cap);
    }

    [Fact]
    public void Flags_of_phases_and_environments_are_those_of_the_strategy()
    {
        Assert.Equal(
            [("enableShadowLogging", "true"), ("shadowProcessingEnabled", "true"), ("performanceMonitoring", "true")],
            Chat.Phases[1].Flags.Select(f => (f.Key, f.Json)));
        foreach (var phase in Chat.Phases[2..])
        {
            Assert.Equal(
                [("enableAGUIEvents", "true"), ("enableVerboseLogging", "false"), ("performanceMonitoring", "true")],
                phase.Flags.Select(f => (f.Key, f.Json)));
        }

        Assert.Equal(["development", "staging", "production"], Chat.Environments.Select(e => e.Environment));
        Assert.Equal(["true", "true", "true", "true", "true"], Chat.Environments[0].Flags.Select(f => f.Json));
        Assert.Equal(["true", "true", "false", "true", "false"], Chat.Environments[1].Flags.Select(f => f.Json));
    }

    [Fact]
    public void Alert_rules_teams_and_checks_are_those_of_the_strategy()
    {
        Assert.Equal(
            [("errorRateSpike", "immediate_rollback"), ("responseTimeDegradation", "investigate"), ("rolloutProgress", "notify_team")],
            Chat.Alerts.Select(a => (a.Name, a.Action)));
        Assert.Equal("p95_response_time > 165ms for 15m", ConditionText.Format(Chat.Alerts[1].On!));
        Assert.Equal("rollout_percentage_changed", Chat.Alerts[2].Event);
        Assert.Equal(["engineering", "devops", "product", "support"], Chat.Teams.Select(t => t.Role));
        Assert.Equal(12, Chat.Risks.Length);
        Assert.Equal(4, Chat.ConsistencyChecks.Length);
        Assert.Equal(3, Chat.Dashboards.Length);
    }

    [Fact]
    public void Bare_comparisons_as_in_the_design_are_read_though_YAML_has_no_such_value()
    {
        var reading = PlanText.Read("""
            plan: a
            title: "keep: > 5 as it is"
            flag: b
            metrics:
              error_rate: { ratio: e / r, target: < 0.1%, alert: > 0.2% }
              memory:     { gauge: memory, alert: >50MB }
              rps:
                rate: requests
                baseline: legacy
                alert: >= 100% of baseline   # odd, but readable
            phases: [ { name: p, steps: [ { percentage: 1%, review: {} } ] } ]
            """);

        Assert.Empty(reading.Errors);
        Assert.Equal("keep: > 5 as it is", reading.Plan!.Title);
        Assert.Equal(
            ["error_rate > 0.2%", "memory > 50MB", "rps >= baseline"],
            reading.Plan.Metrics.Select(m => ConditionText.Format(m.Alert!)));
    }

    [Fact]
    public void A_mutated_plan_is_read_or_refused_but_never_throws()
    {
        var sample = Samples.ChatArchitecture;
        var piece = Gen.OneOf(
            Gen.String[0, 8], Gen.OneOfConst("", "\n", ":", "- ", "{", "}", "[", "]", "'", "\"", "%", "101%", "*x", "&x ", "!!a ", "\t", "|", "> 5", "<<: ", "0.0.0", "9e999", "\u0000", "\uD800"));
        Gen.Select(Gen.Int[0, sample.Length], Gen.Int[0, 40], piece, Gen.Int[0, sample.Length]).Array[1, 4].Sample(changes =>
        {
            var text = new StringBuilder(sample);
            foreach (var (at, cut, put, _) in changes)
            {
                var start = Math.Min(at, text.Length);
                text.Remove(start, Math.Min(cut, text.Length - start)).Insert(start, put);
            }

            var reading = PlanText.Read(text.ToString());
            return reading.Plan is null != reading.Errors.IsEmpty;
        }, iter: 400);
    }

    [Fact]
    public void Mutated_JSON_is_read_or_refused_but_never_throws()
    {
        var sample = Chat.Document;
        Gen.Select(
            Gen.Int[0, sample.Length - 1], Gen.Int[0, 30], Gen.OneOf(Gen.String[0, 6], Gen.OneOfConst("null", "\"", "{}", "[]", "1e999", "\\ud800", ",", "-1")))
            .Sample((at, cut, put) =>
            {
                var reading = PlanText.Read(sample.Remove(at, Math.Min(cut, sample.Length - at)).Insert(at, put));
                return reading.Plan is null != reading.Errors.IsEmpty;
            }, iter: 400);
    }
}
