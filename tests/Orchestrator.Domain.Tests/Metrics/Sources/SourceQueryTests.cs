using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Tests.Metrics.Sources;

/// <summary>Queries of a source, with their audience.</summary>
public sealed class SourceQueryTests
{
    private static readonly RolloutState State = Rollouts.Some.Created(Rollouts.Some.Plan()).State;
    private static readonly VariantSelectors Podinfo = new("app=\"podinfo-primary\"", "app=\"podinfo\",env=\"$environment\"");

    [Fact]
    public void Selector_of_each_variant_stands_in_its_query()
    {
        var queries =
            SourceQuery.Of(Prometheus(new SourceSeries("requests", SourceShape.Counter, "r{$selector,code=~\"2..$\"}") { Selectors = Podinfo }), RulesInForce.Scope(State));

        Assert.Equal(
            [(Variant.Legacy, "r{app=\"podinfo-primary\",code=~\"2..$\"}"), (Variant.New, $"r{{app=\"podinfo\",env=\"{State.Environment}\",code=~\"2..$\"}}")],
            queries.Select(query => (query.Audience.Variant, query.Text)));
    }

    [Fact]
    public void Variant_without_a_selector_is_not_asked_for()
    {
        var queries = SourceQuery.Of(Prometheus(
            new SourceSeries("requests", SourceShape.Counter, "r{$selector}") { Selectors = new VariantSelectors(null, "app=\"podinfo\"") }), RulesInForce.Scope(State));

        Assert.Equal(Variant.New, Assert.Single(queries).Audience.Variant);
    }

    [Fact]
    public void Segment_within_a_selector_asks_for_each_segment()
    {
        var queries = SourceQuery.Of(
            Prometheus(new SourceSeries("requests", SourceShape.Counter, "r{$selector}") { Selectors = new VariantSelectors(null, "app=\"podinfo\",segment=\"$segment\"") }),
            RulesInForce.Scope(State));

        Assert.Equal([null, .. State.Plan.Segments.Select(segment => segment.Key)], queries.Select(query => query.Audience.Segment));
        Assert.Equal("r{app=\"podinfo\",segment=\"beta\"}", queries[1].Text);
    }

    [Fact]
    public void Json_question_encodes_values_for_the_place_they_stand_in()
    {
        var series = new SourceSeries("requests", SourceShape.Count, "$.$variant[?(@.at >= $from_ms)].n")
        {
            Ask = "sum:\"a b\"{$selector} from $from",
            Selectors = new VariantSelectors(null, "v:2&x=\\1"),
        };
        var source = new SignalSource("j", "http://j/?q=$query&e=$environment&d=$$x", null, null, [series]) { Kind = SourceKind.Json, Body = "{ \"q\": \"$query\", \"to\": $to, \"d\": \"$$q\" }" };

        var question = JsonQuestion.Of(source, series, new SeriesAudience(Variant.New, Traffic.Live, null), RulesInForce.Scope(State),
            new SourceWindow(1_700_000_000_000, 1_700_000_030_000));

        const string asked = "sum:\"a b\"{v:2&x=\\1} from 1700000000";
        Assert.Equal($"http://j/?q={Uri.EscapeDataString(asked)}&e={State.Environment}&d=$x", question.Url);
        var body = System.Text.Json.JsonDocument.Parse(question.Body!).RootElement;
        Assert.Equal((asked, 1_700_000_030, "$q"),
            (body.GetProperty("q").GetString(), body.GetProperty("to").GetInt32(), body.GetProperty("d").GetString()));
        Assert.Equal("$.new[?(@.at >= 1700000000000)].n", question.Path);
    }

    [Fact]
    public void Json_queries_of_two_variants_differ_where_only_the_address_does()
    {
        var series = new SourceSeries("memory", SourceShape.Gauge, "$.memory");
        var source = new SignalSource("j", "http://j/$variant", null, null, [series]) { Kind = SourceKind.Json };

        Assert.Equal(2, SourceQuery.Of(source, RulesInForce.Scope(State)).Select(query => query.Text).Distinct().Count());
    }

    private static SignalSource Prometheus(SourceSeries series) => new("p", "http://p", null, null, [series]);
}
