using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Plans;

/// <summary>Forms of sources beyond one PromQL with a label <c>variant</c>.</summary>
public sealed class SourcePlanTests
{
    private const string Flagger = """
        - name: p
          kind: prometheus
          url: https://prometheus.internal
          credentials: mimir
          variants: { new: 'app="podinfo"', legacy: 'app="podinfo-primary"' }
          series:
            requests: { counter: 'http_requests_total{$selector}' }
            errors:   { counter: 'http_requests_total{$selector,code=~"5.."}', empty: zero }
            memory:   { gauge: 'memory_bytes{$selector}', variants: { new: 'version="v2"' } }
        """;

    private const string Json = """
        - name: j
          kind: json
          url: 'https://api.example.com/query?from=$from&to=$to&query=$query'
          credentials: example
          delay: 15s
          variants: { new: 'version:v2', legacy: 'version:v1' }
          series:
            requests: { count: '$.series[*].pointlist[*][1]', query: 'sum:requests{$selector}' }
            memory:   { gauge: '$.series[0].pointlist[-1:][1]', time: '$.series[0].pointlist[-1:][0]', query: 'avg:memory{$selector}', unit: MB }
        """;

    public static TheoryData<string, string, string, string, string> Rows => new()
    {
        { "flagger", "  variants: { new: 'app=\"podinfo\"', legacy: 'app=\"podinfo-primary\"' }\n", "", "sources[0].series.requests.counter", "uses $selector, but neither the series nor its source" },
        { "flagger", "app=\"podinfo\"'", "app=podinfo'", "sources[0].variants.new", "must be label matchers such as" },
        { "flagger", "'app=\"podinfo\"'", "'app=\"a\"} or up{b=\"c\"'", "sources[0].variants.new", "must be label matchers such as" },
        { "flagger", "podinfo-primary", "podinfo", "sources[0].variants", "new and legacy have the same selector" },
        { "flagger", "{ new: 'app=\"podinfo\"', legacy: 'app=\"podinfo-primary\"' }", "{}", "sources[0].variants", "needs a selector for new" },
        { "flagger", "app=\"podinfo\"'", "app=\"$app\"'", "sources[0].variants.new", "unknown variable '$app'" },
        { "flagger", "memory_bytes{$selector}", "memory_bytes{v=\"$variant\"}", "sources[0].series.memory.variants", "no query of this series uses $selector" },
        { "flagger", "variants: { new: 'version=\"v2\"' }", "variants: { new: 'version=\"v2\"' }, variant: legacy", "sources[0].series.memory.variant", "'variants' has no selector for 'legacy'" },
        { "flagger", "  series:", "  delay: 3s\n  series:", "sources[0].delay", "'delay' belongs to a source of kind json" },
        { "flagger", "gauge: 'memory_bytes{$selector}'", "count: 'memory_bytes{$selector}'", "sources[0].series.memory.count", "a source of kind prometheus has no count" },
        { "flagger", "empty: zero", "empty: zero, time: $.x", "sources[0].series.errors.time", "'time' belongs to a series of a source of kind json" },
        { "flagger", "credentials: mimir", "credentials: My Key", "sources[0].credentials", "the name 'My Key' must be" },
        { "json", "count: '$.series[*].pointlist[*][1]'", "histogram: '$.x'", "sources[0].series.requests.histogram", "a source of kind json has no histogram" },
        { "json", "from=$from&to=$to", "last=1m", "sources[0].series.requests.count", "must contain $from and $to" },
        { "json", "&query=$query", "", "sources[0].series.requests.query", "neither 'url' nor 'body' of the source uses $query" },
        { "json", ", query: 'sum:requests{$selector}'", ", variant: new", "sources[0].series.requests", "the source uses $query, so 'query' must give" },
        { "json", "query: 'sum:requests{$selector}'", "query: 'sum:requests{$selector}', time: $.at", "sources[0].series.requests.time", "a count has the time of its window's end" },
        { "json", "$.series[*].pointlist[*][1]", "series[0]", "sources[0].series.requests.count", "must be a JSONPath, which begins with $" },
        { "json", "$.series[*].pointlist[*][1]", "$.series[", "sources[0].series.requests.count", "must be a JSONPath such as" },
        { "json", "$.series[*].pointlist[*][1]", "$.series[-1]", "sources[0].series.requests.count", "[-1:] is the last element" },
        { "json", "$.series[*].pointlist[*][1]", "$..series..x", "sources[0].series.requests.count", "must contain .. at most once" },
        { "json", "$.series[*].pointlist[*][1]", "$.a[?(@.b =~ /(a+)+/)]", "sources[0].series.requests.count", "must not contain a pattern" },
        { "json", "$.series[*].pointlist[*][1]", "$.a[?($.b == 1)]", "sources[0].series.requests.count", "must contain the root $ once" },
        { "json", "$.series[*].pointlist[*][1]", "$.$segment.x", "sources[0].series.requests.count", "unknown variable '$segment'" },
        { "json", "https://api.example.com", "https://api.$environment.com", "sources[0].url", "with variables only after the host" },
        { "json", "https://api.example.com", "https://u:p@api.example.com", "sources[0].url", "without user and password" },
        { "json", "query=$query", "query=$quary", "sources[0].url", "unknown variable '$quary'" },
        { "json", "delay: 15s", "delay: 55s", "sources[0].delay", "together must be at most four sampling periods (1m" },
        { "json", "delay: 15s", "every: 2m", "sources[0].every", "together must be at most four sampling periods (1m" },
        { "json", "delay: 15s", "body: '{ \"q\": $query'", "sources[0].body", "must be JSON" },
    };

    [Theory]
    [InlineData(Flagger)]
    [InlineData(Json)]
    public void Sources_of_both_kinds_are_read_without_a_complaint(string sources)
    {
        var reading = PlanText.Read(Plan(sources));

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
    }

    [Theory]
    [InlineData("requests", "errors", "sources[1].series.errors")]
    [InlineData("errors", "requests", "sources[0].series.errors")]
    public void Ratio_whose_halves_come_from_two_sources_is_a_warning(string first, string second, string path)
    {
        var reading = PlanText.Read(Plan($$"""
            - { name: eu, kind: prometheus, url: 'https://eu.internal', series: { {{first}}: { counter: '{{first}}_total{variant="$variant"}' } } }
            - { name: us, kind: prometheus, url: 'https://us.internal', series: { {{second}}: { counter: '{{second}}_total{variant="$variant"}' } } }
            """));

        Assert.Empty(reading.Errors);
        var warning = Assert.Single(reading.Warnings);
        Assert.Equal(path, warning.Path);
        Assert.StartsWith($"the metric 'error_rate' divides it by 'requests', which comes from source '{(first == "requests" ? "eu" : "us")}'", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Error_of_a_source_says_where_and_which_rule(string plan, string found, string broken, string path, string words)
    {
        var sound = plan == "json" ? Json : Flagger;
        Assert.Contains(found, sound, StringComparison.Ordinal);
        var reading = PlanText.Read(Plan(sound.Replace(found, broken, StringComparison.Ordinal)));

        Assert.Contains(
            reading.Errors, error => error.Path == path && error.Line > 0 && error.Message.Contains(words, StringComparison.Ordinal));
        Assert.DoesNotContain(reading.Errors, error => error.Path.Length == 0);
    }

    [Fact]
    public void Selectors_that_no_query_uses_are_an_error()
    {
        var text = Plan("""
            - name: p
              kind: prometheus
              url: http://p
              variants: { new: 'a="1"', legacy: 'a="2"' }
              series: { requests: { counter: 'r{v="$variant"}' } }
            """);

        var error = Assert.Single(PlanText.Read(text).Errors);

        Assert.Equal(("sources[0].variants", "no series of the source uses $selector with these"), (error.Path, error.Message));
    }

    [Fact]
    public void Source_of_the_plan_keeps_what_was_said()
    {
        var (flagger, json) = (Source(Flagger), Source(Json));

        Assert.Equal((SourceKind.Prometheus, "mimir", null, TimeSpan.Zero), (flagger.Kind, flagger.Credentials, flagger.Body, flagger.Delay));
        var podinfo = new VariantSelectors("app=\"podinfo-primary\"", "app=\"podinfo\"");
        Assert.Equal(
            [("errors", podinfo), ("memory", new VariantSelectors(null, "version=\"v2\"")), ("requests", podinfo)],
            flagger.Series.Select(series => (series.Name, series.Selectors!)));
        Assert.Equal((SourceKind.Json, "example", TimeSpan.FromSeconds(15)), (json.Kind, json.Credentials, json.Delay));
        Assert.Equal((SourceShape.Count, "sum:requests{$selector}", null), (json.Series[1].Shape, json.Series[1].Ask, json.Series[1].TimePath));
        Assert.Equal("$.series[0].pointlist[-1:][0]", json.Series[0].TimePath);
    }

    [Fact]
    public void Recorded_plan_is_read_without_the_library_of_paths()
    {
        var document = PlanText.Read(Plan(Json)).Plan!.Document;

        Assert.Equal(2, PlanReader.ReadDocument(document).Plan!.Sources.Single().Series.Length);
    }

    private static SignalSource Source(string sources) => PlanText.Read(Plan(sources)).Plan!.Sources.Single();

    private static string Plan(string sources) => $$"""
        plan: search
        flag: newSearch
        metrics:
          error_rate: { ratio: errors / requests }
          memory: { gauge: memory }
        triggers:
          - { name: errors, when: error_rate > 1%, action: rollback }
        phases:
          - name: public
            steps:
              - { name: one, percentage: 10%, hold: 3d }
            success: [ error_rate < 0.5% over 48h ]
        sources:
        """ + "\n" + sources;
}
