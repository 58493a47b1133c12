using Orchestrator.Api.Plans;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Plans;

public sealed class SegmentReaderTests
{
    [Fact]
    public void Every_rule_and_test_can_be_read_from_JSON()
    {
        var reading = Read("""
            { "title": "Everybody we know", "all": [
              { "any": [ { "optedIn": true }, { "not": { "attribute": "banned", "equals": true } } ] },
              { "attribute": "country", "in": ["DE", 49] },
              { "attribute": "mail", "startsWith": "a" }, { "attribute": "mail", "endsWith": "b" }, { "attribute": "mail", "contains": "c" },
              { "attribute": "age", "number": ">= 18" }, { "attribute": "app", "version": "< 2.0.0-rc.1" },
              { "attribute": "since", "date": "== 2026-01-02T03:04:05+01:00" } ],
              "balance": { "by": ["region", "usage"], "cap": "5%", "population": 0.5, "caps": { "eu/heavy": "2%" } } }
            """);

        Assert.Empty(reading.Errors);
        var rules = Assert.IsType<SegmentRule.All>(reading.Definition!.Rule).Rules;
        Assert.Equal("Everybody we know", reading.Definition.Title);
        Assert.Equal(8, rules.Length);
        Assert.Equal(new AttributeTest.Number(Comparison.AtLeast, 18), ((SegmentRule.Attribute)rules[5]).Test);
        Assert.Equal(new AttributeTest.Version(Comparison.Below, "2.0.0-rc.1"), ((SegmentRule.Attribute)rules[6]).Test);
        Assert.Equal(
            new AttributeTest.Date(Comparison.Equal, new DateTimeOffset(2026, 1, 2, 2, 4, 5, TimeSpan.Zero)), ((SegmentRule.Attribute)rules[7]).Test);
        Assert.Equal(0.05, reading.Definition.Balance!.Cap);
        Assert.Equal([new StratumCap("eu/heavy", 0.02)], reading.Definition.Balance.Caps);
    }

    [Theory]
    [InlineData("""{ "title": "nobody" }""", "", "needs one of all, any, not, optedIn, attribute")]
    [InlineData("""{ "any": [] }""", "any", "must have at least one rule")]
    [InlineData("""{ "any": [ { "atribute": "x" } ] }""", "any[0].atribute", "did you mean 'attribute'?")]
    [InlineData("""{ "attribute": "x" }""", "", "exactly one of equals, in")]
    [InlineData("""{ "optedIn": true, "equals": 1 }""", "equals", "'equals' tests an attribute, but no attribute is named")]
    [InlineData("""{ "attribute": "x", "version": ">= 2" }""", "version", "must be one of <, <=, ==, >=, > and a version")]
    [InlineData("""{ "attribute": "x", "equals": [] }""", "equals", "must be a text, a number, true or false")]
    [InlineData("""{ "optedIn": true, "balance": { "by": ["a"], "cap": 0 } }""", "balance.cap", "must be a share above 0")]
    [InlineData("""{ "optedIn": true, "balance": { "by": ["a"], "cap": 1, "caps": { "x/y": 1 } } }""", "balance.caps.x/y", "must name one value for each of a")]
    public void An_unsound_definition_is_refused_with_its_place(string json, string path, string words)
    {
        var reading = Read(json);

        Assert.Null(reading.Definition);
        Assert.Contains(reading.Errors, e => e.Path == path && e.Message.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void Hostile_plans_are_refused_with_a_bounded_list_of_errors()
    {
        var unknown = string.Concat(Enumerable.Range(0, 9_000).Select(i => $"k{i:D10}: 1\n"));
        var triggers = "metrics: {" + string.Join(", ", Enumerable.Range(0, 3000).Select(i => $"a{i:D20}: {{count: x}}")) + "}\ntriggers: ["
            + string.Join(", ", Enumerable.Range(0, 900).Select(i => $"{{when: b{i:D20} > 1, action: notify}}")) + "]";

        Assert.Equal(1001, PlanText.Read(unknown).Errors.Length);
        Assert.InRange(PlanText.Read(triggers).Errors.Length, 900, 1001);
    }

    private static SegmentReading Read(string json) => SegmentReader.Read(JsonText.Parse(json, out _)!);
}
