using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Silo.Tests.Show;

namespace Orchestrator.Silo.Tests.Http;

public sealed class SeriesTests
{
    private const string Plan = """
        plan: checkout
        title: The new checkout
        flag: useNewCheckout
        segments:
          beta: { title: Beta, attribute: beta, equals: true }
        metrics:
          error_rate: { ratio: errors / requests, title: Errors, tier: primary, baseline: legacy, target: < 1% }
          p95: { quantile: 0.95, of: response_time }
          memory: { gauge: memory, unit: size, baseline: 30MB }
          complaints: { count: complaints }
        triggers:
          - { name: spike, when: error_rate > 5%, for: 1m, action: rollback }
          - { name: worse, when: error_rate > 2x baseline, over: 2m, action: notify }
          - { name: upset, when: complaints > 3, over: 1h, action: notify }
          - { name: swollen, when: memory > 200% of baseline, action: notify }
          - { name: beta-errors, when: error_rate in beta > 20%, action: rollback-segment, segments: [beta] }
        phases:
          - name: gradual
            success: [ { name: Error rate, when: error_rate < 1% over 10m } ]
            steps: [ { name: ten, percentage: 10%, hold: 10m }, { name: all, percentage: 100%, hold: 10m } ]
        """;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Points_of_a_metric_come_with_limits_and_marks_and_a_silence_is_a_gap()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(2 * Minute, new Measured { Errors = 4 });
        await rollout.Pass(3 * Minute);
        await rollout.Keep(Minute, new Measured { Errors = 100 });

        var answer = await Get(rollout, "?metric=error_rate&variant=new&from=1h").Json();
        Assert.Equal(("show-1", "15s"), (Text(answer, "rollout"), Text(answer, "sampling")));
        var series = Assert.Single(answer.GetProperty("series").EnumerateArray());
        Assert.Equal(
            ("error_rate", "Errors", "primary", "ratio", "ratio", "new", "live"),
            (Text(series, "metric"), Text(series, "title"), Text(series, "tier"), Text(series, "unit"), Text(series, "kind"), Text(series, "variant"), Text(series, "traffic")));
        Assert.Equal("exact", Text(Assert.Single(series.GetProperty("tiers").EnumerateArray()), "kept"));

        var points = series.GetProperty("points").EnumerateArray().ToArray();
        Assert.Equal(
            ["09:00 0.004 1000/4", "09:01 0.004 4000/16", "09:02 0.004 4000/16", "09:05 0.1 1000/100", "09:06 0.1 4000/400"],
            points.Select(point => $"{point.GetProperty("at").GetDateTimeOffset():HH:mm} {point.GetProperty("value")} {point.GetProperty("samples")}/{point.GetProperty("events")}"));
        Assert.Equal([false, false, false, true, false], points.Select(point => point.TryGetProperty("afterGap", out _)));
        Assert.Equal("1m", Text(points[1], "covered"));

        // The sample after the silence covers its last sampling period.
        var gap = series.GetProperty("gaps").EnumerateArray().Single(one => one.GetProperty("from").GetDateTimeOffset() >= Driving.Began);
        Assert.Equal(("2026-03-02T09:02:00Z", "2026-03-02T09:04:45Z", "noSamples"), (Text(gap, "from"), Text(gap, "to"), Text(gap, "kind")));

        var marks = answer.GetProperty("marks").EnumerateArray().Select(mark => $"{Text(mark, "kind")} {Text(mark, "text")}").ToArray();
        Assert.Contains("step Step ten, 10%", marks);
        Assert.Contains("breach spike fired", marks);
        Assert.Contains(marks, mark => mark.StartsWith("rollback Rolled back from 10%", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Limits_have_their_numbers_and_the_side_that_does_harm()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(2 * Minute, new Measured { Errors = 4 });

        var all = (await Get(rollout, "?metric=error_rate,memory&metric=complaints&variant=new").Json()).GetProperty("series").EnumerateArray().ToArray();
        Assert.Equal(
            ["trigger spike above 0.05", "trigger worse above ", "criterion Error rate above 0.01", "target error_rate above 0.01"],
            all[0].GetProperty("limits").EnumerateArray().Select(Limit));
        Assert.Equal(["trigger swollen above 60000000"], all[1].GetProperty("limits").EnumerateArray().Select(Limit));
        Assert.Equal(("fixed", 30e6), (Text(all[1].GetProperty("baseline"), "kind"), all[1].GetProperty("baseline").GetProperty("value").GetDouble()));
        Assert.Equal("legacy", Text(all[0].GetProperty("baseline"), "kind"));
        Assert.Equal(2, all[0].GetProperty("limits")[1].GetProperty("limit").GetProperty("ofBaseline").GetDouble());

        // A limit on the complaints of an hour is none on those of a minute.
        Assert.False(all[2].GetProperty("limits")[0].GetProperty("comparable").GetBoolean());
        var hourly = await Get(rollout, "?metric=complaints&variant=new&resolution=1h").Json();
        Assert.True(hourly.GetProperty("series")[0].GetProperty("limits")[0].GetProperty("comparable").GetBoolean());
    }

    [Fact]
    public async Task Both_variants_are_answered_and_the_baseline_of_each_point_is_legacy()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(Minute, new Measured { Errors = 4 });
        await rollout.As("ingest").PostAsJsonAsync($"/api/v1/rollouts/{Driving.Id}/metrics", new
        {
            samples = new[]
            {
                new { variant = "legacy", segment = (string?)null, counters = new { requests = 200, errors = 1 } },
                new { variant = "new", segment = (string?)"beta", counters = new { requests = 10, errors = 1 } },
            },
        }).Json(202);

        var both = (await Get(rollout, "?metric=error_rate").Json()).GetProperty("series").EnumerateArray().ToArray();
        Assert.Equal(["new", "legacy"], both.Select(one => Text(one, "variant")));
        var (last, legacy) = (both[0].GetProperty("points").EnumerateArray().Last(), Assert.Single(both[1].GetProperty("points").EnumerateArray()));
        Assert.Equal((0.005, 0.005), (last.GetProperty("baseline").GetDouble(), legacy.GetProperty("value").GetDouble()));
        Assert.Equal(4010, last.GetProperty("samples").GetInt64());

        var beta = (await Get(rollout, "?metric=error_rate&variant=new&segment=beta").Json()).GetProperty("series")[0];
        Assert.Equal(0.1, Assert.Single(beta.GetProperty("points").EnumerateArray()).GetProperty("value").GetDouble());
        Assert.Equal("trigger beta-errors above 0.2", Limit(Assert.Single(beta.GetProperty("limits").EnumerateArray())));
    }

    [Fact]
    public async Task Without_a_metric_the_metrics_with_samples_are_listed()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        Assert.Empty((await Get(rollout, "").Json()).GetProperty("metrics").EnumerateArray());
        await rollout.Keep(Minute, new Measured { Segment = "beta" });

        var metrics = (await Get(rollout, "").Json()).GetProperty("metrics").EnumerateArray().ToArray();
        Assert.Equal(["error_rate ratio ratio", "p95 time quantile", "memory size gauge", "requests number count"],
            metrics.Select(one => $"{Text(one, "name")} {Text(one, "unit")} {Text(one, "kind")}"));
        Assert.All(metrics, one => Assert.Equal(
            ("new", "live", "beta", "2026-03-02T09:01:00Z"),
            (one.GetProperty("variants")[0].GetString(), one.GetProperty("traffic")[0].GetString(), one.GetProperty("segments")[0].GetString(), Text(one, "newest"))));
    }

    [Fact]
    public async Task Series_survive_a_restart()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        await rollout.Keep(Minute, new Measured { Errors = 4 });
        var range = "?metric=error_rate,p95,memory&variant=new&from=2026-03-02T08:50:00Z&to=2026-03-02T09:01:00Z";
        var before = (await Get(rollout, range).Json()).GetProperty("series").GetRawText();
        await rollout.Restart();
        Assert.Equal(before, (await Get(rollout, range).Json()).GetProperty("series").GetRawText());
    }

    [Fact]
    public async Task All_errors_of_the_query_string_come_at_once()
    {
        await using var rollout = await Driving.Started(Plan, Every);
        var answer = await Get(rollout, "?metric=nope,error_rate&variant=old&traffic=dark&segment=B%20B&from=yesterday&to=now&resolution=0s").Json(422);
        var errors = answer.GetProperty("errors").EnumerateArray().ToDictionary(error => Text(error, "path"), error => Text(error, "message"));
        Assert.Equal(["from", "metric", "resolution", "segment", "to", "traffic", "variant"], errors.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("error_rate, p95, memory, complaints, requests), but is 'nope'", errors["metric"], StringComparison.Ordinal);

        Assert.Equal("input.invalid", await Get(rollout, "?metric=requests&from=2026-03-02T10:00:00Z&to=2026-03-02T09:00:00Z").Problem(422));
        Assert.Equal("input.invalid", await Get(rollout, "?metric=" + string.Join(',', Enumerable.Range(0, 9).Select(i => $"m{i}"))).Problem(422));
        Assert.Equal("input.invalid", await Get(rollout, "?metric=").Problem(422));
        await Get(rollout, "?metric=requests&from=3650d&to=0001-01-02T00:00:00Z").Json();
        Assert.Equal(
            "rollout.not_found", await rollout.As("product").GetAsync("/api/v1/rollouts/none/series?metric=requests").Problem(404));
    }

    private static Task<HttpResponseMessage> Get(Driving rollout, string query) =>
        rollout.As("product").GetAsync($"/api/v1/rollouts/{Driving.Id}/series{query}");

    private static string Limit(JsonElement limit) =>
        $"{Text(limit, "kind")} {Text(limit, "name")} {Text(limit, "harm")} {(limit.GetProperty("limit").TryGetProperty("value", out var value) ? value.GetRawText() : "")}";

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
