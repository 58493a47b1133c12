using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Plans;

/// <summary>Display texts of the strategy: its subject, its teams, and its dashboards.</summary>
public sealed class StrategyPeopleTests
{
    private static readonly Plan Chat = PlanText.Read(Samples.ChatArchitecture).Plan!;

    /// <summary>Contents of a dashboard, and the metrics of the plan behind them.</summary>
    private static readonly Dictionary<string, string[]> Shown = new()
    {
        ["Error rates (new vs legacy)"] = ["error_rate"],
        ["Response times (P50, P95, P99)"] = ["p50_response_time", "p95_response_time", "p99_response_time"],
        ["Memory and CPU usage"] = ["memory", "cpu"],
        ["Active connections and throughput"] = ["connections", "requests_per_second"],
        ["Message delivery success rate"] = ["delivery_rate"],
        ["Callback execution timing"] = ["callback_time"],
        ["Error types and frequency"] = ["error_rate", "http_5xx_rate"],
        ["User satisfaction metrics"] = ["support_tickets", "complaints"],
    };

    [Fact]
    public void Title_and_scopes_are_those_of_the_strategy()
    {
        Assert.Equal("Protocol-agnostic chat architecture", Chat.Title);
        Assert.Equal(
            [
                "Development and testing environment", "0 % of user traffic, monitoring only", "5 % of user traffic (beta users)", "25 % → 50 % → 75 % of user traffic",
                "100 % of user traffic", "Remove legacy code, 3 to 6 months after phase 4",
            ],
            Chat.Phases.Select(p => p.Scope));
    }

    [Fact]
    public void Teams_have_the_responsibilities_of_the_strategy()
    {
        Assert.Equal(
            [
                "engineering: Monitor system metrics during rollout", "engineering: Investigate and resolve issues quickly", "engineering: Execute rollbacks when necessary",
                "engineering: Optimize performance based on production data", "devops: Manage feature flag configurations", "devops: Monitor infrastructure and scaling",
                "devops: Ensure deployment pipeline reliability", "devops: Coordinate rollback procedures", "product: Monitor user feedback and satisfaction",
                "product: Analyze business metric impact", "product: Coordinate with customer support", "product: Make go/no-go rollout decisions",
                "support: Monitor support ticket volume and types", "support: Provide quick escalation for critical issues", "support: Collect and report user feedback",
                "support: Document common issues and resolutions",
            ],
            Chat.Teams.SelectMany(team => team.Responsibilities.Select(what => $"{team.Role}: {what}")));
    }

    [Fact]
    public void Dashboards_list_what_the_strategy_lists()
    {
        Assert.Equal(["System health", "Feature flags", "User experience"], Chat.Dashboards.Select(d => d.Name));
        Assert.Equal(
            ["Current rollout percentage", "Flag configuration status", "User distribution across architectures", "Rollback trigger status"], Chat.Dashboards[1].Shows);
        Assert.Equal(Shown.Keys, Chat.Dashboards[0].Shows.Concat(Chat.Dashboards[2].Shows));
    }

    [Fact]
    public void Everything_a_dashboard_shows_is_measured_of_both_variants()
    {
        var at = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
        var windows = new MetricWindows(Chat);
        string[] counters = ["requests", "requests_ok", "errors", "http_5xx", "messages_sent", "messages_delivered", "support_tickets", "complaints"];
        foreach (var variant in (Variant[])[Variant.New, Variant.Legacy])
        {
            var intake = windows.Add(
                new Sample(
                    0, null, at, variant, Traffic.Live, null, [.. counters.Select(c => new SampleCounter(c, 1000))],
                    [new("memory", 30e6), new("cpu", 0.5), new("connections", 20)],
                    [new("response_time", [new(100, 1000)]), new("callback_time", [new(5, 1000)])]),
                at);
            Assert.Empty(intake.Rejected);
        }

        foreach (var name in Shown.Values.SelectMany(names => names))
        {
            var metric = Chat.Metric(name);
            Assert.True(metric is not null, $"the plan has no metric {name}");
            Assert.All((Variant[])[Variant.New, Variant.Legacy], variant =>
                Assert.True(
                    windows.Measure(metric, variant, Traffic.Live, null, TimeSpan.FromMinutes(1), at, null, 0).Value is not null, $"{name} of {variant}"));
        }
    }
}
