using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Silo.Tests.Ofrep;

namespace Orchestrator.Silo.Tests.Ops;

/// <summary>
/// Metrics and lines of the log by which people who know neither the API nor the plan see what goes on. Alone: OpenTelemetry takes
/// meters of one name for one, and one silo of this process that ends would take the instruments of the others along.
/// </summary>
[Collection(nameof(Alone))]
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

    /// <summary>Other silos of this process have meters of the same name: only an id of its own tells this rollout from theirs.</summary>
    private readonly string _id = $"seen-{Guid.NewGuid():N}";

    [Fact]
    public async Task Rollout_has_share_status_waits_incidents_and_distances_until_it_has_ended()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/seen", Answers.Text(Plan, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = _id, plan = "seen", environment = "production" }).Json(201);
        await Do("start");
        string[] series = [];

        // The exporter keeps an answer for a moment of real time, and rounds are beside the test: looked at until they have told.
        await Eventually.Until("the distance is measured", async () =>
        {
            silo.Time.Advance(TimeSpan.FromSeconds(15));
            await silo.Admin.PostAsync($"/api/v1/rollouts/{_id}/metrics", Answers.Text("""{ "samples": [ { "variant": "new", "counters": { "requests": 500, "errors": 10 } } ] }""")).Json(202);
            return (series = await Series()).Any(line => line.Contains("trigger=\"errors\"", StringComparison.Ordinal));
        });
        Assert.Equal(10, Value(series, "orchestrator_rollout_percentage", "environment=\"production\""));
        Assert.Equal(1, Value(series, "orchestrator_rollout_status", "status=\"running\"", "step=\"one\""));
        Assert.Equal(1, Value(series, "orchestrator_rollout_waiting", "gate=\"hold\""));
        Assert.Equal(0, Value(series, "orchestrator_incidents_open", "severity=\"critical\""));
        Assert.Equal(0.8, Value(series, "orchestrator_rollout_trigger_distance", "trigger=\"errors\""), 3);

        await Do("rollback");
        series = await Eventually.Until(
            "the rollback is measured", Series, now => now.Any(line => line.Contains("status=\"rolledBack\"", StringComparison.Ordinal))
                && !now.Any(line => line.StartsWith("orchestrator_rollout_trigger_distance", StringComparison.Ordinal)),
            now => string.Join('\n', now));
        Assert.Equal(0, Value(series, "orchestrator_rollout_percentage"));
        Assert.Equal(1, Value(series, "orchestrator_incidents_open", "severity=\"critical\""));

        await Do("abort");
        await Eventually.Until("an aborted rollout has no series", async () => (await Series()).Length == 0);

        Task Do(string verb) => silo.Admin.PostAsJsonAsync($"/api/v1/rollouts/{_id}/{verb}", new { reason = "seen" }).Json();

        async Task<string[]> Series() =>
            [.. (await silo.Admin.GetStringAsync("/metrics")).Split('\n').Where(line => line.Contains($"rollout=\"{_id}\"", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Own_metrics_are_for_readers_or_open_on_loopback_when_so_configured()
    {
        await using (var silo = await SiloHost.Start())
        {
            using var viewer = await silo.NewClient("viewer");
            var text = await viewer.GetStringAsync("/metrics");
            foreach (var name in (string[])["orchestrator_request_duration_seconds_bucket", "orchestrator_log_events_total", "orchestrator_lease_age_seconds", "orchestrator_node_position"])
            {
                Assert.Contains(name, text, StringComparison.Ordinal);
            }

            using var nobody = silo.As(null);
            Assert.Equal("access.no_key", await nobody.GetAsync("/metrics").Problem(401));
            using var ingest = await silo.NewClient("ingest");
            Assert.Equal("access.forbidden", await ingest.GetAsync("/metrics").Problem(403));
        }

        await using var open = await SiloHost.Start(settings: "--Orchestrator:Metrics:Public=true");
        using var anybody = open.As(null);
        Assert.Contains("orchestrator_node_position", await anybody.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Own_metrics_have_one_prefix_and_name_the_service()
    {
        await using var silo = await SiloHost.Start(settings: "--Orchestrator:NodeName=web-7");
        using var viewer = await silo.NewClient("viewer");
        var text = await viewer.GetStringAsync("/metrics");
        Assert.Matches("target_info{[^}]*service_name=\"rollout-orchestrator\"", text);
        Assert.Matches("target_info{[^}]*service_instance_id=\"web-7-", text);
        var names = text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])
            .ToArray();
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
        Assert.All(lines.All, one => Assert.Equal(one.Field("Percentage") is not null, one.Text.Contains('%', StringComparison.Ordinal)));
        Assert.Equal("r1-1", lines.All.Single(one => one.Field("EventType") == "IncidentOpened").Field("Cause"));
    }

    private static double Value(string[] series, string name, params string[] labels) => double.Parse(
        Number().Match(Assert.Single(series, line => line.StartsWith(name + "{", StringComparison.Ordinal)
            && labels.All(label => line.Contains(label, StringComparison.Ordinal)))).Groups[1].Value,
        System.Globalization.CultureInfo.InvariantCulture);

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

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
                Func<TState, Exception?, string> formatter) => lines?.Enqueue(new Line(
                logLevel, formatter(state, exception),
                (state as IEnumerable<KeyValuePair<string, object?>> ?? []).ToDictionary(one => one.Key, one => one.Value)));
        }
    }

    private sealed record Line(LogLevel Level, string Text, Dictionary<string, object?> Fields)
    {
        public string? Field(string name) => Fields.TryGetValue(name, out var value) && value is not null
            ? string.Format(System.Globalization.CultureInfo.InvariantCulture, "{0}", value)
            : null;
    }
}
