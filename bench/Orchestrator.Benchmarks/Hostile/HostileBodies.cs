using System.IO.Compression;
using System.Text;

namespace Orchestrator.Benchmarks.Hostile;

/// <summary>The worst known body for each route, as large as the route accepts.</summary>
internal static class HostileBodies
{
    private const int PlanBytes = 250 * 1024;
    private const int Megabyte = 1000 * 1024;

    private const string Cumulative = "\"aggregationTemporality\":2";
    private const string Delta = "\"aggregationTemporality\":1";

    /// <summary>Rollouts that an export may name.</summary>
    public const int Rollouts = 20;

    private static readonly DateTimeOffset Begin = DateTimeOffset.UtcNow;

    private const string Metric = "metrics:\n  error_rate: { ratio: errors / requests }\n";
    private const string Phases = "phases: [ { name: a, steps: [ { name: s, percentage: 10%, hold: 1h } ] } ]\n";

    /// <summary>As long as a condition may be: each comparison adds two values at which all of them are tried.</summary>
    private static readonly string Contradiction = $"error_rate < 50% {Numbered(i => $"and error_rate > 0.{500001 + i} ", 1980 - "error_rate < 50% ".Length)}".Trim();

    public static Body[] All { get; } =
    [
        Plan("comparisons without a metric, one line", $"plan: p\nflag: f\n{Metric}triggers: [ {{ name: t, action: rollback, when: {Filled("error_rate > 0.5% ", PlanBytes)} }} ]\n{Phases}"),
        Plan("comparisons, a rule each", $"plan: p\nflag: f\n{Metric}triggers:\n{Numbered(i => $"  - {{ name: t{i}, when: error_rate > 0.5%, action: rollback }}\n", PlanBytes)}{Phases}"),
        Plan("joined by and and or", $"plan: p\nflag: f\n{Metric}triggers: [ {{ name: t, action: rollback, when: '{Filled("error_rate > 0.5% and error_rate < 3% or ", PlanBytes)}error_rate > 1%' }} ]\n{Phases}"),
        Plan("rules of 80 comparisons that contradict each other", $"plan: p\nflag: f\n{Metric}triggers:\n{Numbered(i => $"  - {{ name: t{i}, when: '{Contradiction}', action: rollback }}\n", PlanBytes)}{Phases}"),
        Plan("nested flow sequences", "plan: p\nflag: f\nphases: " + new string('[', PlanBytes / 2) + new string(']', PlanBytes / 2)),
        Plan("nested block mappings", "plan: p\n" + Numbered(i => new string(' ', i) + "a:\n", PlanBytes)),
        Plan("aliases of aliases", "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + Numbered(i => $"a{i + 1}: &a{i + 1} [{Filled($"*a{i}, ", 8 * 10)}x]\n", 20_000)),
        Plan("one alias, used again and again", $"a: &a {{ name: x, when: error_rate > 1% }}\ntriggers: [ {Filled("*a, ", PlanBytes)} *a ]\n"),
        Plan("unknown keys, each near a known one", $"plan: p\nflag: f\n{Numbered(i => $"trigers{i}: 1\n", PlanBytes)}{Phases}"),
        Plan("segments with patterns", $"plan: p\nflag: f\nsegments:\n{Numbered(i => $"  s{i}: {{ title: t, any: [ {{ attribute: a, matches: '(a+)+(b|b)*[a-z]{{1,50}}$' }} ] }}\n", PlanBytes)}{Phases}"),
        Plan("one quoted text", $"plan: p\nflag: f\ndescription: \"{Filled("\\u0041", PlanBytes)}\"\n{Phases}"),
        Samples("samples of one moment", i => """{"variant":"new","counters":{"requests":1,"errors":0}},"""),
        Samples("samples with values of a distribution", i => $$"""{"variant":"new","values":{"response_time":[{{Filled("1.5,", 400)}}2]} },""", 990),
        Samples("samples with values of a distribution, each another", i => $$"""{"variant":"new","values":{"response_time":[{{string.Join(',', Enumerable.Range(i * 300, 300).Select(k => $"{100 + (k % 900)}e{(k / 900 % 500) - 250}"))}}]} },""", 330),
        Samples("samples with ever new segments", i => $$"""{"variant":"new","segment":"s{{i}}","counters":{"requests":1} },"""),
        Samples("samples that are refused", i => $$"""{"variant":"neu","segment":"s{{i}}"},""", 3000),
        Samples("samples of 32 segments each", i => $$"""{"variant":"new","segment":"{{string.Join(',', Enumerable.Range(i, 32).Select(k => $"s{k % 100}"))}}","counters":{"requests":1,"errors":0},"values":{"response_time":[{{i}}]} },""", 303),
        Samples("samples of ever other moments, the newest first", i => $$"""{"at":"{{Begin.AddMilliseconds(-i):yyyy-MM-ddTHH:mm:ss.fffZ}}","variant":"new","counters":{"requests":1,"errors":0},"values":{"response_time":[{{i}}]} },""", 3000),
        Samples("samples with ever new series", i => $$"""{"variant":"new","counters":{"c{{i}}":1} },"""),
        new("metrics", "nested arrays", "api/v1/rollouts/r1/metrics", "application/json", Bytes(new string('[', Megabyte / 2))),
        Export("points of ever new senders", i => Resource(i, $$"""{"asInt":"{{i}}","attributes":[{"key":"variant","value":{"stringValue":"new"} }]}""")),
        Export("points of one sender with ever new attributes", _ => Resource(0, string.Join(',', Enumerable.Range(0, 100).Select(n => $$"""{"asInt":"1","attributes":[{"key":"variant","value":{"stringValue":"new"} },{"key":"k{{n}}","value":{"stringValue":"v"} }]}""")))),
        Export("points of one sender, one text with an escaped pair", i => Resource(0, string.Join(',', Enumerable.Range(0, 100).Select(n => $$"""{"asInt":"1","attributes":[{"key":"variant","value":{"stringValue":"new"} },{"key":"k{{n}}","value":{"stringValue":"{{(i + n == 0 ? "\\ud83d\\ude00" : "v")}}"} }]}""")))),
        Export("points with an escaped text each", _ => Resource(0, string.Join(',', Enumerable.Range(0, 100).Select(n => $$"""{"asInt":"1","attributes":[{"key":"variant","value":{"stringValue":"new"} },{"key":"k{{n}}","value":{"stringValue":"\u0041"} }]}""")))),
        Export("points of a metric with a long name", _ => Resource(0, Filled("""{"asInt":1},""", 215_000).TrimEnd(',')).Replace("requests", new string('n', Megabyte / 2), StringComparison.Ordinal)),
        Export("points of a long segment", _ => Segmented(new string('s', Megabyte / 2)), 1),
        Export("deltas of 32 segments", _ => Segmented(
            string.Join(',', Enumerable.Range(0, 32).Select(k => $"s{k}{new string('s', 62)}"[..63]))).Replace(Cumulative, Delta, StringComparison.Ordinal), 1),
        Export("deltas of ever other moments", i => Resource(0, Hundred(i % 49, n =>
            $$"""{"asInt":"9","timeUnixNano":"{{Begin.AddMilliseconds(-n).ToUnixTimeMilliseconds()}}000000","attributes":[{"key":"variant","value":{"stringValue":"new"} }]}"""))
            .Replace(Cumulative, Delta, StringComparison.Ordinal)),
        Export("histograms of one moment, each with other bounds", i => Resource(0, Hundred(i, n =>
            $$"""{"explicitBounds":[{{n}}.1,{{n}}.2],"bucketCounts":[1,2,3],"attributes":[{"key":"variant","value":{"stringValue":"new"} }]}"""))
            .Replace("requests", "response_time", StringComparison.Ordinal)
            .Replace($"\"sum\":{{\"isMonotonic\":true,{Cumulative}", $"\"histogram\":{{{Delta}", StringComparison.Ordinal)),
        Export("points of twenty rollouts", i => Resource(i, $$"""{"asInt":"{{i}}","attributes":[{"key":"variant","value":{"stringValue":"new"} },{"key":"rollout","value":{"stringValue":"r{{(i % Rollouts) + 1}}"} }]}""")) with { Path = "v1/metrics" },
        Export("points that are refused", _ => Resource(0, Filled("""{"asInt":"x"},""", 1400).TrimEnd(','))),
        new("OTLP JSON", "scopes of a resource with many attributes", "api/v1/rollouts/r1/otlp/v1/metrics", "application/json", Bytes(
            $$"""{"resourceMetrics":[{"resource":{"attributes":[{{Numbered(i => $$$"""{"key":"a{{{i}}}","value":{"stringValue":"v"} },""", Megabyte / 2).TrimEnd(',')}}]},"scopeMetrics":[{{Numbered(i => $$$"""{"scope":{"name":"s{{{i}}}"},"metrics":[{"name":"requests","sum":{"isMonotonic":true,"aggregationTemporality":2,"dataPoints":[{"asInt":"1","attributes":[{"key":"variant","value":{"stringValue":"new"} }]}]} }]},""", Megabyte / 2).TrimEnd(',')}}]}]}""")),
        Zipped("gzip of a megabyte of points", i => Resource(i, $$"""{"asInt":"{{i}}","attributes":[{"key":"variant","value":{"stringValue":"new"} }]}""")),
        new("OTLP protobuf", "resources without an end", "api/v1/rollouts/r1/otlp/v1/metrics", "application/x-protobuf", [.. Enumerable.Repeat<byte>(0x0a, Megabyte)]),
        new("OTLP protobuf", "empty resources", "api/v1/rollouts/r1/otlp/v1/metrics", "application/x-protobuf", [.. Enumerable.Range(0, Megabyte).Select(i => (byte)(i % 2 == 0 ? 0x0a : 0))]),
        new("alerts", "alerts of the plan, each another", "api/v1/rollouts/r1/alerts", "application/json", Bytes(
            $$"""{"version":"4","groupKey":"g","alerts":[{{Numbered(i => $$$"""{"status":"firing","labels":{"alertname":"Down","i":"{{{i}}}"} },""", Megabyte)}}{"status":"firing","labels":{"alertname":"Down"} }]}""")),
        new("alerts", "one alert with many labels", "api/v1/rollouts/r1/alerts", "application/json", Bytes(
            $$"""{"version":"4","groupKey":"g","alerts":[{"status":"firing","labels":{ {{Numbered(i => $"\"l{i}\":\"v\",", Megabyte)}}"alertname":"Down"} }]}""")),
        new("OFREP", "attributes, one flag", "ofrep/v1/evaluate/flags/f", "application/json", Bytes($$"""{"context":{ {{Numbered(i => $"\"a{i}\":\"{new string('a', 40)}\",", 60 * 1024)}}"targetingKey":"u"} }""")),
        new("OFREP", "a text that a pattern reads", "ofrep/v1/evaluate/flags/f", "application/json", Bytes($$"""{"context":{"targetingKey":"u","a":"{{new string('a', 60 * 1024)}}"} }""")),
        new("explain", "attributes", "api/v1/environments/production/explain", "application/json", Bytes($$"""{"flag":"f","context":{ {{Numbered(i => $"\"a{i}\":\"{new string('a', 40)}\",", 60 * 1024)}}"targetingKey":"u"} }""")),
        new("explain", "the past", "api/v1/environments/production/explain", "application/json", "{\"flag\":\"f\",\"context\":{\"targetingKey\":\"u\"},\"at\":\"2026-01-01T00:00:00Z\"}"u8.ToArray()),
        new("segments", "rules within rules", "api/v1/segments/production/s", "application/json", Bytes($$"""{"title":"t","any":[{{Filled("{\"not\":", 60 * 1024)}}"""), "PUT"),
        new("segments", "patterns", "api/v1/segments/production/s", "application/json", Bytes(
            $$"""{"title":"t","any":[{{Numbered(_ => """{"attribute":"a","matches":"(a+)+(b|b)*[a-z]{1,50}$"},""", 60 * 1024)}}{"attribute":"a","equals":"b"}]}"""), "PUT"),
    ];

    private static Body Plan(string what, string text) => new("plans", what, "api/v1/plans/validate", "application/yaml", Bytes(text));

    private static Body Samples(string what, Func<int, string> one, int most = int.MaxValue) =>
        new("metrics", what, "api/v1/rollouts/r1/metrics", "application/json", Bytes($$"""{"samples":[{{Numbered(one, Megabyte, most - 1)}}{"variant":"legacy","counters":{"requests":1} }]}"""));

    private static Body Export(string what, Func<int, string> resource, int most = int.MaxValue) =>
        new("OTLP JSON", what, "api/v1/rollouts/r1/otlp/v1/metrics", "application/json", Bytes($$"""{"resourceMetrics":[{{Numbered(i => resource(i) + ",", Megabyte, most).TrimEnd(',')}}]}"""));

    private static Body Zipped(string what, Func<int, string> resource)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.SmallestSize))
        {
            gzip.Write(Export(what, resource).Content);
        }

        return new("OTLP gzip", what, "api/v1/rollouts/r1/otlp/v1/metrics", "application/json", zipped.ToArray(), Encoding: "gzip");
    }

    /// <summary>Almost as many points as an export may hold, all of a segment that their resource names.</summary>
    private static string Segmented(string segment) => Resource(0, Filled("""{"asInt":1},""", 215_000).TrimEnd(','))
        .Replace("""{"key":"pod",""", $$"""{"key":"variant","value":{"stringValue":"new"} },{"key":"segment","value":{"stringValue":"{{segment}}"} },{"key":"pod",""", StringComparison.Ordinal);

    private static string Resource(int i, string points) => $$"""
        {"resource":{"attributes":[{"key":"pod","value":{"stringValue":"p{{i}}"} }]},"scopeMetrics":[{"metrics":[{"name":"requests","sum":{"isMonotonic":true,"aggregationTemporality":2,"dataPoints":[{{points}}]} }]}]}
        """.Trim();

    private static string Hundred(int i, Func<int, string> point) => string.Join(',', Enumerable.Range(i * 100, 100).Select(point));

    private static string Filled(string part, int bytes) => string.Concat(Enumerable.Repeat(part, bytes / part.Length));

    private static string Numbered(Func<int, string> part, int bytes, int most = int.MaxValue)
    {
        var text = new StringBuilder(bytes);
        for (var i = 0; text.Length < bytes && i < most; i++)
        {
            var next = part(i);
            if (text.Length + next.Length > bytes)
            {
                break;
            }

            text.Append(next);
        }

        return text.ToString();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

/// <summary>A body and its route.</summary>
internal sealed record Body(
    string Door, string What, string Path, string Type, byte[] Content, string Method = "POST", string? Encoding = null);
