using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Silo.Tests.Show;

namespace Orchestrator.Silo.Tests.Ops;

/// <summary>Metrics and lines of the log by which people who know neither the API nor the plan see what goes on.</summary>
public sealed partial class RolloutMetricsTests
{
    private const string Plan = """
        plan: seen
        flag: f
        metrics: { error_rate: { ratio: errors / requests } }
        triggers:
          - { name: errors, when: error_rate > 10%, for: 2m, action: rollback }
        phases:
          - name: all
            steps: [ { name: one, percentage: 10%, hold: 1h }, { name: two, percentage: 100%, hold: 1h } ]
        """;

    [Fact]
    public async Task Rollout_has_share_status_waits_incidents_and_distances_until_it_has_ended()
    {
        await using var rollout = await Driving.Started(Plan, TimeSpan.FromSeconds(15));
        await rollout.Keep(TimeSpan.FromMinutes(3), new Measured { Errors = 50 });
        var text = "";
        await Eventually.Until("the distance is measured", async () => (text = await Metrics(rollout)).Contains("trigger=\"errors\"", StringComparison.Ordinal));
        Assert.Equal(10, Value(text, "orchestrator_rollout_percentage", "environment=\"production\""));
        Assert.Equal(1, Value(text, "orchestrator_rollout_status", "status=\"running\"", "step=\"one\""));
        Assert.Equal(1, Value(text, "orchestrator_rollout_waiting", "gate=\"hold\""));
        Assert.Equal(0, Value(text, "orchestrator_incidents_open", "severity=\"critical\""));
        Assert.InRange(Value(text, "orchestrator_rollout_trigger_distance", "trigger=\"errors\""), 0.01, 0.99);

        // The exporter keeps an answer for a moment of real time.
        await rollout.Ask("rollback", new { reason = "seen" });
        await Eventually.Until("the rollback is measured", async () => (text = await Metrics(rollout)).Contains("status=\"rolledBack\"", StringComparison.Ordinal));
        Assert.Equal(0, Value(text, "orchestrator_rollout_percentage"));
        Assert.Equal(1, Value(text, "orchestrator_rollout_status", "status=\"rolledBack\""));
        Assert.Equal(1, Value(text, "orchestrator_incidents_open", "severity=\"critical\""));
        Assert.DoesNotContain("orchestrator_rollout_trigger_distance{", text, StringComparison.Ordinal);

        await rollout.Ask("abort", new { reason = "done" });
        await Eventually.Until("an aborted rollout has no series", async () => !(text = await Metrics(rollout)).Contains($"rollout=\"{Driving.Id}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Own_metrics_have_one_prefix_and_name_the_service()
    {
        await using var silo = await SiloHost.Start(settings: "--Orchestrator:NodeName=web-7");
        using var viewer = await silo.NewClient("viewer");
        var text = await viewer.GetStringAsync("/metrics");
        Assert.Matches("target_info{[^}]*service_name=\"rollout-orchestrator\"", text);
        Assert.Matches("target_info{[^}]*service_instance_id=\"web-7-", text);
        var names = text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToArray();
        Assert.True(names.Length > 10);
        Assert.All(names, name => Assert.Matches("^(orchestrator_|dotnet_|target_info|otel_|scope_info)", name));
    }

    [Fact]
    public async Task Events_of_weight_and_changes_of_share_are_one_line_each_with_fields()
    {
        var lines = new Lines();
        await using var silo = await SiloHost.StartWith(services => services.AddSingleton<ILoggerProvider>(lines));
        await silo.Admin.PutAsync("/api/v1/plans/seen", Answers.Text(Plan, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "seen", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/pause", new { reason = "lunch" }).Json();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "two\nlines" }).Json();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/abort", new { reason = "over" }).Json();
        await Eventually.Until("the newest event has a line", () => lines.All.Any(one => one.Field("EventType") == "RolloutAborted"));

        Assert.Equal(
            [
                (LogLevel.Information, "PercentageRaised", "10"), (LogLevel.Critical, "RolledBack", "0"), (LogLevel.Critical, "IncidentOpened", null), (LogLevel.Warning, "RolloutAborted", "0"),
            ],
            lines.All.Select(one => (one.Level, one.Field("EventType")!, one.Field("Percentage"))));
        Assert.All(lines.All, one => Assert.Equal(("r1", "production"), (one.Field("Rollout"), one.Field("Environment"))));
        var back = lines.All.Single(one => one.Field("EventType") == "RolledBack");
        Assert.Equal("env-admin (admin)", back.Field("Cause"));
        Assert.DoesNotContain('\n', back.Text);
        Assert.Equal("r1-1", lines.All.Single(one => one.Field("EventType") == "IncidentOpened").Field("Cause"));
    }

    private static async Task<string> Metrics(Driving rollout) => await rollout.As("product").GetStringAsync("/metrics");

    private static double Value(string text, string name, params string[] labels)
    {
        var line = Assert.Single(text.Split('\n'), line =>
            line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains($"rollout=\"{Driving.Id}\"", StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal)));
        return double.Parse(Number().Match(line).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\} ([0-9.eE+-]+)")]
    private static partial Regex Number();

    private sealed class Lines : ILoggerProvider
    {
        private readonly ConcurrentQueue<Line> _all = new();

        public IReadOnlyList<Line> All => [.. _all];

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName == "Orchestrator.Rollouts" ? _all : null);

        public void Dispose()
        {
        }

        private sealed class Logger(ConcurrentQueue<Line>? lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => lines is not null;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines?.Enqueue(new Line(
                logLevel, formatter(state, exception), (state as IEnumerable<KeyValuePair<string, object?>> ?? []).ToDictionary(one => one.Key, one => one.Value)));
        }
    }

    private sealed record Line(LogLevel Level, string Text, Dictionary<string, object?> Fields)
    {
        public string? Field(string name) => Fields.TryGetValue(name, out var value) && value is not null ? string.Format(System.Globalization.CultureInfo.InvariantCulture, "{0}", value) : null;
    }
}
