using System.Text;
using System.Text.Json;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Otlp;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Metrics.Otlp;

/// <summary>Exports as senders make them, and the samples they become. Sampling 15 s; times are seconds after the start.</summary>
public sealed class OtlpTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly Plan Plan = PlanReader.Read(YamlText.Parse("""
        plan: p
        flag: f
        metrics:
          error_rate: { ratio: errors / requests }
          p95: { quantile: 0.95, of: response_time }
          memory: { gauge: memory }
        triggers: [ { name: e, when: error_rate > 1%, action: rollback } ]
        phases: [ { name: a, steps: [ { percentage: 10%, hold: 1d } ] } ]
        """, out _)!).Plan!;

    private readonly OtlpSamples _samples = new(Plan, TimeSpan.FromSeconds(15), Start);

    [Fact]
    public void Delta_counts_as_it_is()
    {
        var sample = Assert.Single(Take(15, Sum("requests", 1, Number(0, 15, 40))));

        Assert.Equal((40, "new", "2026-03-02T09:00:15.000Z"), (Counter(sample, "requests"), sample.GetProperty("variant").GetString(), sample.GetProperty("at").GetString()));
    }

    [Fact]
    public void Cumulative_becomes_growth_and_what_was_before_does_not_count()
    {
        Assert.Empty(Take(15, Sum("requests", 2, Number(-1000, 15, 70_000))));
        Assert.Equal(100, Counter(Assert.Single(Take(30, Sum("requests", 2, Number(-1000, 30, 70_100)))), "requests"));
        Assert.Empty(Take(31, Sum("requests", 2, Number(-1000, 30, 70_100))));
    }

    [Fact]
    public void Process_that_began_since_counts_from_nothing()
    {
        Assert.Equal(7, Counter(Assert.Single(Take(15, Sum("requests", 2, Number(2, 15, 7)))), "requests"));
    }

    [Fact]
    public void Restart_is_seen_by_its_start_also_when_the_value_is_higher()
    {
        Take(15, Sum("requests", 2, Number(-1000, 15, 50)));

        Assert.Equal(60, Counter(Assert.Single(Take(30, Sum("requests", 2, Number(16, 30, 60)))), "requests"));
        Assert.Equal(5, Counter(Assert.Single(Take(45, Sum("requests", 2, Number(16, 45, 5)))), "requests"));
    }

    [Fact]
    public void First_error_of_a_sender_that_was_heard_before_is_counted()
    {
        Take(15, Sum("requests", 2, Number(-1000, 15, 50)));

        var sample = Assert.Single(Take(30, Sum("requests", 2, Number(-1000, 30, 60)), Sum("errors", 2, Number(-1000, 30, 3))));

        Assert.Equal((10, 3), (Counter(sample, "requests"), Counter(sample, "errors")));
    }

    [Fact]
    public void First_error_of_a_known_sender_is_counted_with_the_requests_of_a_short_gap()
    {
        Take(15, Sum("requests", 2, Number(-1000, 15, 50)));

        var samples = Take(60, Sum("requests", 2, Number(-1000, 60, 350)), Sum("errors", 2, Number(-1000, 60, 30)));

        Assert.Equal((300, 30), (samples.Sum(sample => Counter(sample, "requests")), samples.Sum(sample => Counter(sample, "errors"))));
    }

    [Fact]
    public void New_stream_of_a_known_sender_counts_for_no_moment_after_a_long_gap()
    {
        Take(15, Sum("requests", 2, Number(-1000, 15, 50)));

        Assert.Empty(Take(600, Sum("requests", 2, Number(-1000, 600, 350)), Sum("errors", 2, Number(-1000, 600, 30))));
    }

    [Fact]
    public void First_export_in_two_messages_says_only_where_counters_stand()
    {
        Assert.Empty(Take(15, Sum("requests", 2, Number(-1000, 15, 70_000))));
        Assert.Empty(Take(15, Sum("errors", 2, Number(-1000, 15, 500))));

        var sample = Assert.Single(Take(30, Sum("requests", 2, Number(-1000, 30, 70_010)), Sum("errors", 2, Number(-1000, 30, 501))));
        Assert.Equal((10, 1), (Counter(sample, "requests"), Counter(sample, "errors")));
    }

    [Fact]
    public void Errors_that_rose_while_requests_fell_without_a_start_are_unmeasured()
    {
        Take(15, Sum("requests", 2, Unstarted(15, 1000)), Sum("errors", 2, Unstarted(15, 50)));

        var sample = Assert.Single(Take(30, Sum("requests", 2, Unstarted(30, 300)), Sum("errors", 2, Unstarted(30, 60))));

        Assert.Equal(300, Counter(sample, "requests"));
        Assert.False(sample.GetProperty("counters").TryGetProperty("errors", out _));
        Assert.Equal("""["errors"]""", JsonSerializer.Serialize(sample.GetProperty("unmeasured")));
    }

    [Fact]
    public void Points_that_differ_by_attributes_the_plan_does_not_know_add_up()
    {
        var sample = Assert.Single(Take(15, Sum("requests", 1, Number(0, 15, 40, ("http.route", "/a")), Number(0, 15, 2, ("http.route", "/b")))));

        Assert.Equal(42, Counter(sample, "requests"));
    }

    [Fact]
    public void Minute_of_export_is_spread_over_its_sampling_periods()
    {
        Assert.Equal([25, 25, 25, 25], Take(60, Sum("requests", 1, Number(0, 60, 100))).Select(sample => Counter(sample, "requests")));
    }

    [Fact]
    public void Gauge_and_sum_that_may_fall_are_levels()
    {
        var level = $$"""{ "name": "memory", "unit": "MBy", "gauge": { "dataPoints": [ {{Point(0, 15, "\"asDouble\": 41.5")}} ] } }""";
        var sum = $$"""{ "name": "memory", "unit": "MBy", "sum": { "aggregationTemporality": 2, "dataPoints": [ {{Point(0, 15, "\"asInt\": \"42\"")}} ] } }""";

        var samples = Take(15, level, sum);

        Assert.Equal([41.5, 42], samples.Select(sample => sample.GetProperty("gauges").GetProperty("memory").GetDouble()));
        Assert.Equal("MB", samples[0].GetProperty("units").GetProperty("memory").GetString());
    }

    [Fact]
    public void Cumulative_histogram_becomes_the_growth_of_its_buckets()
    {
        Take(15, Histogram(2, 15, "10", "0", "0"));

        var histogram = Assert.Single(Take(30, Histogram(2, 30, "14", "3", "1"))).GetProperty("histograms").GetProperty("response_time");

        Assert.Equal("""{"bounds":[0.1,0.5],"counts":[4,3,1]}""", JsonSerializer.Serialize(histogram));
    }

    [Fact]
    public void Exponential_histogram_is_read_by_upper_bounds_and_keeps_up_with_a_falling_scale()
    {
        // Scale 1: base is the square root of 2; index 1 of the positive side is (1.41, 2].
        Take(15, Exponential(15, 1, 0, """{ "offset": 1, "bucketCounts": ["4", "1"] }"""));

        var histogram = Assert.Single(Take(30, Exponential(30, 0, 2, """{ "offset": 0, "bucketCounts": ["5", "3"] }"""))).GetProperty("histograms").GetProperty("response_time");

        // At scale 0 (base 2) the four of index 1 fall into index 0 and the one of index 2 into index 1.
        Assert.Equal("""{"bounds":[0,2,4],"counts":[2,1,2,0]}""", JsonSerializer.Serialize(histogram));
    }

    [Theory]
    [InlineData("""{ "name": "requests", "sum": { "aggregationTemporality": 0, "isMonotonic": true, "dataPoints": [ POINT ] } }""", "requests: the aggregation temporality must be")]
    [InlineData("""{ "name": "memory", "gauge": { "dataPoints": [ NAN ] } }""", "memory: the value is NaN")]
    [InlineData("""{ "name": "requests", "summary": { "dataPoints": [ POINT ] } }""", "requests: summaries are not read")]
    [InlineData("""{ "name": "requests", "sum": { "aggregationTemporality": 1, "dataPoints": [ POINT ] } }""", "requests: a delta of a sum that may fall")]
    [InlineData("""{ "name": "response_time", "histogram": { "aggregationTemporality": 1, "dataPoints": [ POINT ] } }""", "response_time: a histogram has one count more")]
    public void Point_that_cannot_be_read_is_counted_and_told_and_takes_no_other_with_it(string metric, string error)
    {
        var text = metric.Replace("POINT", Point(0, 15, "\"asInt\": \"1\""), StringComparison.Ordinal).Replace("NAN", Point(0, 15, "\"asDouble\": \"NaN\""), StringComparison.Ordinal);

        var export = OtlpReader.Read(Export(text, Sum("requests", 1, Number(0, 15, 40))));

        Assert.Equal((1, 1), (export.Rejected, export.Points.Length));
        Assert.StartsWith(error, Assert.Single(export.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NaN", 1)]
    [InlineData("Infinity", 2)]
    [InlineData("-Infinity", 2)]
    public void Counter_without_a_number_is_unmeasured_and_requests_beside_it_are_no_evidence(
        string said, int temporality)
    {
        Take(15, Sum("requests", temporality, Number(Begun(15), 15, 1000)), Sum("errors", temporality, Number(Begun(15), 15, 10)));

        var mute =
            Assert.Single(Mute(30, Sum("requests", temporality, Number(Begun(30), 30, 1100)), Sum("errors", temporality, Point(Begun(30), 30, $"\"asDouble\": \"{said}\""))));

        Assert.Equal("""["errors","requests"]""", JsonSerializer.Serialize(mute.GetProperty("unmeasured")));
        Assert.Equal(temporality == 1 ? 1100 : 100, Counter(mute, "requests"));
        Assert.False(mute.GetProperty("counters").TryGetProperty("errors", out _));

        // A sum that continues counted meanwhile, but its growth is unknown; from then on both count again.
        var after =
            Assert.Single(Take(45, Sum("requests", temporality, Number(Begun(45), 45, 1200)), Sum("errors", temporality, Number(Begun(45), 45, 60))));
        Assert.Equal(temporality == 2, after.TryGetProperty("unmeasured", out var left) && left[0].GetString() == "errors");
        var again =
            Assert.Single(Take(60, Sum("requests", temporality, Number(Begun(60), 60, 1300)), Sum("errors", temporality, Number(Begun(60), 60, 65))));
        Assert.Equal(temporality == 1 ? (1300, 65) : (100, 5), (Counter(again, "requests"), Counter(again, "errors")));
        Assert.False(again.TryGetProperty("unmeasured", out _));

        int Begun(int at) => temporality == 1 ? at - 15 : -1000;
    }

    [Fact]
    public void Ratio_of_a_process_without_a_number_for_its_errors_is_not_measured()
    {
        var windows = new MetricWindows(TimeSpan.FromSeconds(15), Plan.Metrics, "requests");
        windows.Add(SampleReader.Read("""{ "samples": [ { "variant": "new", "counters": { "errors": 0, "requests": 1 } } ] }"""u8.ToArray(), Start).Samples, Start);
        var export = OtlpReader.Read(Export(Sum("requests", 1, Number(0, 15, 1000)), Sum("errors", 1, Point(0, 15, "\"asDouble\": \"NaN\""))));

        Assert.Empty(windows.Add(SampleReader.Read(
            _samples.Take(export.Points, Start.AddSeconds(15), true, export.Mute).Body, Start).Samples, Start.AddSeconds(15)).Rejected);

        var rate = windows.Measure(Plan.Metrics[0], Variant.New, Traffic.Live, null, TimeSpan.FromSeconds(15), Start.AddSeconds(15));
        Assert.Equal((null, TimeSpan.Zero), (rate.Value, rate.Covered));
    }

    [Fact]
    public void Process_without_a_number_silences_no_other_and_none_of_its_libraries_is_evidence()
    {
        var all = new[]
        {
            Of("a", "http", Sum("requests", 1, Number(0, 15, 100))), Of("a", "shop", Sum("errors", 1, Point(0, 15, "\"asDouble\": \"NaN\""))),
            Of("b", "http", Sum("requests", 1, Number(0, 14, 200))), Of("b", "shop", Sum("errors", 1, Number(0, 14, 2))),
        };
        var export = OtlpReader.Read(Encoding.UTF8.GetBytes($$"""{ "resourceMetrics": [ {{string.Join(", ", all)}} ] }"""));

        var samples = JsonDocument.Parse(_samples.Take(export.Points, Start.AddSeconds(15), true, export.Mute).Body).RootElement
            .GetProperty("samples");

        Assert.Equal(["200 False", "100 True"], samples.EnumerateArray().Select(sample => $"{Counter(sample, "requests")} {sample.TryGetProperty("unmeasured", out _)}"));

        static string Of(string instance, string scope, string metric) => $$"""
            { "resource": { "attributes": [ { "key": "variant", "value": { "stringValue": "new" } }, { "key": "service.instance.id", "value": { "stringValue": "{{instance}}" } } ] },
              "scopeMetrics": [ { "scope": { "name": "{{scope}}" }, "metrics": [ {{metric}} ] } ] }
            """;
    }

    [Fact]
    public void First_errors_of_a_silent_library_are_unmeasured_where_their_start_is_unknown()
    {
        string Both(int at, string errors) => $$"""
            { "resourceMetrics": [ { "resource": { "attributes": [ { "key": "variant", "value": { "stringValue": "new" } } ] }, "scopeMetrics": [
              { "scope": { "name": "http" }, "metrics": [ {{Sum("requests", 2, Number(-1000, at, 1000 + (10 * at)))}} ] }, { "scope": { "name": "shop" }, "metrics": [ {{errors}} ] } ] } ] }
            """;
        _samples.Take(OtlpReader.Read(Encoding.UTF8.GetBytes(Both(15, ""))).Points, Start.AddSeconds(15), true);

        var body = _samples.Take(
            OtlpReader.Read(Encoding.UTF8.GetBytes(Both(30, Sum("errors", 2, Number(-1000, 30, 60))))).Points, Start.AddSeconds(30), true).Body;

        Assert.Equal("""["errors"]""", JsonDocument.Parse(body).RootElement.GetProperty("samples")[0].GetProperty("unmeasured").GetRawText());
    }

    [Theory]
    [InlineData("42.0", 42)]
    [InlineData("4.2e1", 42)]
    [InlineData("\"42.0\"", 42)]
    [InlineData("9007199254740993", 9007199254740992)]
    public void Whole_number_is_read_however_json_writes_it(string written, double value) =>
        Assert.Equal(
            value, Assert.IsType<OtlpValue.Sum>(Assert.Single(OtlpReader.Read(Export(Sum("requests", 1, Point(0, 15, $"\"asInt\": {written}")))).Points).Value).Value);

    [Theory]
    [InlineData("\"asInt\": 42.5", "requests: asInt must be a whole number of 64 bits, but is 42.5")]
    [InlineData("\"asInt\": \"many\"", "requests: asInt must be a whole number of 64 bits, but is \"many\"")]
    [InlineData("\"asInt\": 1e30", "requests: asInt must be a whole number of 64 bits, but is 1e30")]
    [InlineData("\"asInt\": true", "requests: asInt must be a whole number of 64 bits, but is true")]
    [InlineData("\"asDouble\": \"many\"", "requests: asDouble must be a number, but is \"many\"")]
    [InlineData("\"asDouble\": [1]", "requests: asDouble must be a number, but is [1]")]
    public void Number_of_another_kind_is_named_with_its_value_and_the_rule(string value, string error)
    {
        var export = OtlpReader.Read(Export(Sum("requests", 1, Point(0, 15, value), Number(0, 15, 40))));

        Assert.Equal((1, 1, error), (export.Rejected, export.Points.Length, Assert.Single(export.Errors)));
    }

    [Theory]
    [InlineData("""{ "name": "\ud800", "gauge": { "dataPoints": [ { "asInt": 1 } ] } }""", "resourceMetrics[0].scopeMetrics[0].metrics[0].name")]
    [InlineData("""{ "name": "memory", "unit": "\u0000", "gauge": { "dataPoints": [ { "asInt": 1 } ] } }""", "resourceMetrics[0].scopeMetrics[0].metrics[0].unit")]
    [InlineData("""{ "name": "memory", "gauge": { "dataPoints": [ { "asInt": 1, "attributes": [ { "key": "a", "value": { "stringValue": "\udc00" } } ] } ] } }""", "metrics[0].gauge.dataPoints[0].attributes[0].value.stringValue")]
    public void Point_with_a_text_that_is_none_takes_no_other_with_it(string metric, string path)
    {
        var export = OtlpReader.Read(Export(metric, Sum("requests", 1, Number(0, 15, 40))));

        Assert.Equal((1, 1), (export.Rejected, export.Points.Length));
        Assert.Contains(path, Assert.Single(export.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Resource_with_a_text_that_is_none_takes_only_its_own_points_with_it()
    {
        var good = Encoding.UTF8.GetString(Export(Sum("requests", 1, Number(0, 15, 40)))).Trim();
        var bad = good.Replace("\"stringValue\": \"new\"", "\"stringValue\": \"\\ud800\"", StringComparison.Ordinal);

        var export = OtlpReader.Read(Encoding.UTF8.GetBytes($$"""{ "resourceMetrics": [ {{string.Join(", ", new[] { bad, good }.Select(one => one["{ \"resourceMetrics\": [".Length..^"] }".Length]))}} ] }"""));

        Assert.Equal((1, 1, null), (export.Rejected, export.Points.Length, export.Malformed));
        Assert.Contains("resourceMetrics[0].resource.attributes[0].value.stringValue: the text contains half of a surrogate pair", Assert.Single(export.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Members_count_in_any_order_the_last_of_one_name_and_however_json_writes_the_name()
    {
        var export = OtlpReader.Read("""
            { "resourceMetrics": 7, "resourceMetrics": [ { "scopeMetrics": [ { "metrics": [ { "s\u0075m": {
                "dataPoints": [ { "asInt": 1 } ],
                "dataPoints": [ { "attributes": [ { "value": { "stringValue": "new" }, "key": "variant" } ], "asInt": 2, "timeUnixNano": "1000000" } ],
                "aggregationTemporality": "AGGREGATION_TEMPORALITY_DELTA", "isMonotonic": true }, "unit": "ms", "name": "requests" } ] } ],
              "resource": { "attributes": [ { "key": "pod", "value": { "intValue": "3" } } ] } } ] }
            """u8.ToArray());

        var point = Assert.Single(export.Points);
        Assert.Equal(new OtlpValue.Sum(2, false), point.Value);
        Assert.Equal(("requests", "ms", 1), (point.Metric, point.Unit, point.At));
        Assert.Equal(("new", "3"), (point.Attributes.GetValueOrDefault("variant"), point.Attributes.GetValueOrDefault("pod")));
    }

    [Theory]
    [InlineData("[1]", "aggregationTemporality must be a whole number of 64 bits, but is [1]")]
    [InlineData("1.5", "aggregationTemporality must be a whole number of 64 bits, but is 1.5")]
    [InlineData("\"CUMULATIVE\"", "the aggregation temporality must be delta (1) or cumulative (2)")]
    public void Temporality_of_another_kind_is_the_fault_of_each_point(string temporality, string error)
    {
        var export = OtlpReader.Read(Export(
            Sum("requests", 1, Number(0, 15, 1), Number(0, 15, 2)).Replace("\"aggregationTemporality\": 1", $"\"aggregationTemporality\": {temporality}", StringComparison.Ordinal),
            Sum("requests", 1, Number(0, 15, 40))));

        Assert.Equal((2, 1), (export.Rejected, export.Points.Length));
        Assert.All(export.Errors, one => Assert.Equal($"requests: {error}", one));
    }

    [Fact]
    public void Long_name_and_long_value_are_quoted_by_their_beginning_and_long_names_differ()
    {
        var name = new string('n', 5_000);
        var export = OtlpReader.Read(Export(
            Sum(name, 2, Number(0, 15, 1), Point(0, 15, $"\"asInt\": \"{name}\"")), Sum($"{name}m", 2, Number(0, 15, 1)), Sum(name, 2, Number(0, 15, 1))));

        Assert.Equal($"{name[..57]}...: asInt must be a whole number of 64 bits, but is \"{name[..56]}...", Assert.Single(export.Errors));
        Assert.Equal([name, name + "m", name], export.Points.Select(point => point.Metric));
        Assert.Equal(2, export.Points.Select(point => point.Stream).Distinct().Count());
    }

    [Fact]
    public void Segment_beyond_the_length_of_samples_rejects_its_points_by_name()
    {
        var segment = new string('s', 2049);
        var intake = _samples.Take(
            OtlpReader.Read(Export(Sum("requests", 1, Number(0, 15, 1, ("segment", segment)), Number(0, 15, 40)))).Points, Start.AddSeconds(15), true);

        Assert.Equal(1, intake.Rejected);
        Assert.Equal($"requests: the segment may have 2048 characters, but '{segment[..57]}...' has 2049", Assert.Single(intake.Errors));
        Assert.Equal(40, Counter(JsonDocument.Parse(intake.Body).RootElement.GetProperty("samples")[0], "requests"));
    }

    [Theory]
    [InlineData(3000, 0)]
    [InlineData(3001, 3001)]
    public void Export_of_more_samples_than_a_body_may_hold_is_refused_as_a_whole(int moments, int rejected)
    {
        var points = Enumerable.Range(0, moments).Select(i =>
            $$"""{ "timeUnixNano": "{{(Start.ToUnixTimeMilliseconds() + i) * 1_000_000}}", "asInt": "1" }""");
        var intake = _samples.Take(OtlpReader.Read(Export(Sum("requests", 1, [.. points]))).Points, Start.AddSeconds(15), true);

        Assert.Equal((rejected, rejected > 0), (intake.Rejected, intake.Body is null));
        Assert.Equal(
            rejected > 0 ? ["the points make more than 3000 samples of different times, audiences and readings; export them in smaller batches"] : [],
            intake.Errors);
    }

    [Fact]
    public void Histograms_of_one_moment_add_up_by_bound_in_order()
    {
        var point = Point(0, 15, "\"explicitBounds\": [0.2, 0.5], \"bucketCounts\": [1, 2, 3]");
        var other = Point(0, 15, "\"explicitBounds\": [0.1, 0.5], \"bucketCounts\": [10, 20, 30]", ("route", "/b"));
        var metric = $$"""{ "name": "response_time", "histogram": { "aggregationTemporality": 1, "dataPoints": [ {{point}}, {{other}} ] } }""";

        var histogram = Assert.Single(Take(15, metric)).GetProperty("histograms").GetProperty("response_time");

        Assert.Equal("""{"bounds":[0.1,0.2,0.5],"counts":[10,1,22,33]}""", JsonSerializer.Serialize(histogram));
    }

    [Fact]
    public void Long_resource_costs_its_points_nothing()
    {
        var attribute = new string('x', 500_000);
        var export = OtlpReader.Read(Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(Export(Sum("requests", 2, [.. Enumerable.Range(0, 3_000).Select(i => Number(0, 15, i, ("i", $"{i}")))])))
            .Replace("\"key\": \"feature", $"\"key\": \"{attribute}\", \"value\": {{ \"intValue\": 1 }} }}, {{ \"key\": \"feature", StringComparison.Ordinal)));

        Assert.Equal(3_000, export.Points.Select(point => point.Stream).Distinct().Count());
        Assert.All(export.Points, point => Assert.InRange(point.Stream.Length + point.Sender.Length, 1, 100));
    }

    [Fact]
    public void Histogram_with_more_buckets_than_any_sdk_makes_is_rejected()
    {
        string Wide(int buckets) => Exponential(15, 1, 0, $$"""{ "bucketCounts": [ {{string.Join(',', Enumerable.Repeat(1, buckets))}} ] }""");

        Assert.Contains(
            "1000 bounds, but this has 1001", Assert.Single(OtlpReader.Read(Export(Wide(1_002), Sum("requests", 1, Number(0, 15, 40)))).Errors), StringComparison.Ordinal);
        Assert.Equal("there are more than 250000 buckets; export in smaller batches", OtlpReader.Read(Export([.. Enumerable.Repeat(Wide(1_000), 251)])).Malformed);
    }

    [Fact]
    public void Point_without_a_recorded_value_is_a_gap() =>
        Assert.Empty(OtlpReader.Read(Export("""{ "name": "requests", "gauge": { "dataPoints": [ { "flags": 1, "timeUnixNano": "1" } ] } }""")).Points);

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{ "resourceMetrics": 7 }""")]
    public void Body_that_is_no_export_is_malformed_or_empty(string body)
    {
        var export = OtlpReader.Read(Encoding.UTF8.GetBytes(body));

        Assert.Empty(export.Points);
        Assert.Equal(body == "[]", export.Malformed is null);
    }

    private static string Sum(string name, int temporality, params string[] points) =>
        $$"""{ "name": "{{name}}", "sum": { "isMonotonic": true, "aggregationTemporality": {{temporality}}, "dataPoints": [ {{string.Join(',', points)}} ] } }""";

    private static string Number(int start, int at, long value, params (string Key, string Value)[] attributes) =>
        Point(start, at, $"\"asInt\": \"{value}\"", attributes);

    private static string Unstarted(int at, long value) => $$"""{ "timeUnixNano": "{{Nano(at)}}", "asInt": "{{value}}" }""";

    private static string Histogram(int temporality, int at, params string[] counts) =>
        $$"""{ "name": "response_time", "unit": "s", "histogram": { "aggregationTemporality": {{temporality}}, "dataPoints": [ {{Point(-1000, at, $"\"explicitBounds\": [0.1, 0.5], \"bucketCounts\": [{string.Join(',', counts.Select(count => $"\"{count}\""))}]")}} ] } }""";

    private static string Exponential(int at, int scale, int zero, string positive) =>
        $$"""{ "name": "response_time", "exponentialHistogram": { "aggregationTemporality": 2, "dataPoints": [ {{Point(-1000, at, $"\"scale\": {scale}, \"zeroCount\": \"{zero}\", \"positive\": {positive}")}} ] } }""";

    private static string Point(int start, int at, string value, params (string Key, string Value)[] attributes) => $$"""
        { "startTimeUnixNano": "{{Nano(start)}}", "timeUnixNano": "{{Nano(at)}}", {{value}},
          "attributes": [ {{string.Join(',', attributes.Select(one => $$"""{ "key": "{{one.Key}}", "value": { "stringValue": "{{one.Value}}" } }"""))}} ] }
        """;

    private static long Nano(int second) => Start.AddSeconds(second).ToUnixTimeMilliseconds() * 1_000_000;

    private static byte[] Export(params string[] metrics) => Encoding.UTF8.GetBytes($$"""
        { "resourceMetrics": [ { "resource": { "attributes": [ { "key": "feature_flag.result.variant", "value": { "stringValue": "new" } } ] },
          "scopeMetrics": [ { "scope": { "name": "chat" }, "metrics": [ {{string.Join(',', metrics)}} ] } ] } ] }
        """);

    private static long Counter(JsonElement sample, string name) => sample.GetProperty("counters").GetProperty(name).GetInt64();

    private List<JsonElement> Take(int second, params string[] metrics) => Take(second, 0, metrics);

    private List<JsonElement> Mute(int second, params string[] metrics) => Take(second, 1, metrics);

    private List<JsonElement> Take(int second, int mute, string[] metrics)
    {
        var export = OtlpReader.Read(Export(metrics));
        Assert.Equal((mute, mute, mute), (export.Errors.Length, export.Rejected, export.Mute.Length));
        var body = _samples.Take(export.Points, Start.AddSeconds(second), timed: true, export.Mute).Body;
        return body is null ? [] : [.. JsonDocument.Parse(body).RootElement.GetProperty("samples").EnumerateArray()];
    }
}
