using System.Text.Json;
using Orchestrator.Silo.Cluster;

namespace Orchestrator.Silo.Tests.Sources;

/// <summary>Backtests of a plan over a month in a real Prometheus, before any rollout.</summary>
public sealed class BacktestTests
{
    [Fact]
    public async Task Month_of_history_tells_which_limits_are_inside_the_noise()
    {
        await using var history = await HistoryServer.Start(40);
        await using var silo = await SiloHost.Start();
        using var admin = silo.As(SiloHost.AdminKey);
        await admin.PutAsync("/api/v1/plans/shop", Answers.Text(Plan(history.Url), "application/yaml")).Json(201);

        var report = await admin.GetAsync("/api/v1/plans/shop/backtest?days=30&rise=error_rate%3D0.3%25").Json();
        Assert.Equal("5m", report.GetProperty("step").GetString());
        Assert.InRange(report.GetProperty("noData").GetDouble(), 0.005, 0.012);

        var tight = Trigger("tight");
        Assert.Equal(3, tight.GetProperty("fired").GetInt32());
        Assert.StartsWith("tight (error_rate > 0.5% for 5m) would have fired 3 times in 30 days without any rollout, ", tight.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("the limit is inside the noise", tight.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, tight.GetProperty("episodes").GetArrayLength());
        Assert.All(
            tight.GetProperty("episodes").EnumerateArray(),
            one => Assert.Contains("error_rate > 0.5% for 5m: observed", one.GetProperty("text").GetString(), StringComparison.Ordinal));

        // A restart and a gap are no growth: else the ratio or the traffic would jump.
        var loose = Trigger("loose");
        Assert.Equal((0, true), (loose.GetProperty("fired").GetInt32(), loose.GetProperty("asked").GetBoolean()));
        Assert.InRange(loose.GetProperty("nearest").GetDouble(), 0.009, 0.0105);
        Assert.InRange(loose.GetProperty("noEvidence").GetDouble(), 0.005, 0.02);

        Assert.Equal(1, Trigger("silent").GetProperty("fired").GetInt32());
        Assert.Contains("legacy's own numbers were absent", Trigger("silent").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(32_000_000, Trigger("memory").GetProperty("nearest").GetDouble());
        Assert.Contains("is not tested: the history of the alert", Trigger("pager").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("is not tested: no Prometheus query of legacy gives complaints", Trigger("complaints").GetProperty("text").GetString(), StringComparison.Ordinal);

        // Six hours are more than 5 % of every window that has all of them, and such a window is not met.
        var met = Criterion("error_rate < 0.1% over 48h");
        Assert.Equal(720, met.GetProperty("windows").GetInt32());
        Assert.InRange(met.GetProperty("noEvidence").GetInt32(), 40, 60);
        Assert.True(met.GetProperty("met").GetInt32() > 400);
        Assert.Equal(720, met.GetProperty("met").GetInt32() + met.GetProperty("breached").GetInt32() + met.GetProperty("noEvidence").GetInt32());
        var compared = Criterion("p95 <= 110% of baseline over 48h");
        Assert.True(compared.GetProperty("met").GetInt32() > 600, compared.GetRawText());
        Assert.Contains(report.GetProperty("notes").EnumerateArray(), note => note.GetString()!.Contains("a week before", StringComparison.Ordinal));
        Assert.Contains("incidents belong to a rollout", Criterion("incidents == 0 over 48h").GetProperty("text").GetString(), StringComparison.Ordinal);

        var power = report.GetProperty("power").EnumerateArray().Where(one => one.GetProperty("trigger").GetString() == "limited").ToArray();
        Assert.NotEmpty(power);
        Assert.Contains("a rise of error_rate from 0.05", power[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("to 0.3% is seen after", power[0].GetProperty("text").GetString(), StringComparison.Ordinal);

        JsonElement Trigger(string name) => One("triggers", "name", name);

        JsonElement Criterion(string rule) => One("criteria", "rule", rule);

        JsonElement One(string list, string key, string value) =>
            report.GetProperty(list).EnumerateArray().Single(one => one.GetProperty(key).GetString() == value);
    }

    [Fact]
    public async Task Prometheus_that_does_not_answer_is_an_error_and_no_report()
    {
        await using var silo = await SiloHost.Start();
        using var admin = silo.As(SiloHost.AdminKey);
        await admin.PutAsync("/api/v1/plans/shop", Answers.Text(Plan($"http://127.0.0.1:{FreePort.Pick()}"), "application/yaml")).Json(201);
        var problem = await admin.GetAsync("/api/v1/plans/shop/backtest?days=1").Json(422);
        Assert.Equal("backtest.no_history", problem.GetProperty("code").GetString());
        Assert.Contains("no answer", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var wrong = await admin.GetAsync("/api/v1/plans/shop/backtest?days=0&step=1ms&rise=p95%3D3").Json(422);
        Assert.Equal(["days", "step", "rise"], wrong.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()!));
    }

    public static string Plan(string url) => $$"""
        plan: shop
        flag: newShop
        metrics:
          error_rate: { ratio: errors / requests }
          p95: { quantile: 0.95, of: response_time, baseline: legacy }
          memory: { gauge: memory }
          complaints: { count: complaints }
        sources:
          - name: prometheus
            kind: prometheus
            url: {{url}}
            series:
              requests:      { counter: 'shop_requests_total{variant="$variant"}' }
              errors:        { counter: 'shop_requests_total{variant="$variant",code=~"5.."}', empty: zero }
              response_time: { histogram: 'shop_response_seconds_bucket{variant="$variant"}', unit: s }
              memory:        { gauge: 'shop_memory_bytes{variant="$variant"}' }
        triggers:
          - { name: tight, when: error_rate > 0.5%, for: 5m, action: rollback }
          - { name: loose, when: error_rate > 5%, for: 5m, action: rollback }
          - { name: memory, when: memory > 80MB, action: rollback }
          - { name: silent, when: absent(requests), for: 5m, action: rollback }
          - { name: pager, when: alert(ShopDown), action: rollback }
          - { name: complaints, when: complaints > 20, over: 10m, action: review, roles: [product] }
        phases:
          - name: gradual
            steps:
              - { name: ten, percentage: 10%, hold: 1d, triggers: [ { name: limited, when: error_rate > 0.2%, action: rollback } ] }
              - { name: all, percentage: 100%, hold: 1d }
            success: [ error_rate < 0.1% over 48h, p95 <= 110% of baseline over 48h, incidents == 0 over 48h ]
        """;
}
