using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Segments;
using Orchestrator.PlanFiles;

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
            new AttributeTest.Date(Comparison.Equal, new DateTimeOffset(2026, 1, 2, 2, 4, 5, TimeSpan.Zero)),
            ((SegmentRule.Attribute)rules[7]).Test);
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
    [InlineData("""{ "attribute": "x", "version": ">= 2024.01.15" }""", "version", "use 'dottedVersion'")]
    [InlineData("""{ "attribute": "x", "version": ">= 01.2.3" }""", "version", "use 'dottedVersion'")]
    [InlineData("""{ "attribute": "x", "version": ">= 1.2.3-" }""", "version", "does not compare with a semantic version")]
    [InlineData("""{ "attribute": "x", "version": ">= 1.2.3+" }""", "version", "does not compare with a semantic version")]
    [InlineData("""{ "attribute": "x", "version": ">= 1.2.3-01" }""", "version", "does not compare with a semantic version")]
    [InlineData("""{ "not": { "attribute": "x", "version": "== 1.2.3-a..b" } }""", "not.version", "does not compare with a semantic version")]
    [InlineData("""{ "attribute": "x", "dottedVersion": ">= 2024.01.rc" }""", "dottedVersion", "1 to 16 numbers separated by dots")]
    [InlineData("""{ "attribute": "x", "equals": 9223372036854775808 }""", "equals", "write it as a text")]
    [InlineData("""{ "attribute": "x", "in": [1, 1e300] }""", "in[1]", "write it as a text")]
    [InlineData("""{ "attribute": "x", "equals": 9007199254740993.5 }""", "equals", "write it as a text")]
    [InlineData("""{ "attribute": "x", "number": "< 9223372036854775808" }""", "number", "write it as a text")]
    [InlineData("""{ "attribute": "x", "equals": 1, "ignoreCase": true }""", "equals", "must be a text where case does not count")]
    [InlineData("""{ "attribute": "x", "number": "> 1", "ignoreCase": true }""", "ignoreCase", "belongs to equals, in")]
    [InlineData("""{ "optedIn": true, "ignoreCase": true }""", "ignoreCase", "no attribute is named")]
    [InlineData("""{ "attribute": "x", "matches": "(a" }""", "matches", "is not a regular expression")]
    [InlineData("""{ "attribute": "x", "matches": "(?=a)" }""", "matches", "may group by")]
    [InlineData("""{ "attribute": "x", "matches": "a{1000}" }""", "matches", "has 1000 characters")]
    [InlineData("""{ "attribute": "x", "inNetworks": [] }""", "inNetworks", "at least one range")]
    [InlineData("""{ "attribute": "x", "inNetworks": ["10.0.0.0/8", "10.1.2.3/8"] }""", "inNetworks[1]", "the range is 10.0.0.0/8")]
    [InlineData("""{ "attribute": "x", "inNetworks": ["10.0.0.1"] }""", "inNetworks[0]", "a single address is /32 or /128")]
    [InlineData("""{ "attribute": "x", "inNetworks": ["10.0.0.0/33"] }""", "inNetworks[0]", "a prefix from 0 to 32")]
    [InlineData("""{ "attribute": "x", "inNetworks": ["2001:db8::1/32"] }""", "inNetworks[0]", "the range is 2001:db8::/32")]
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
    public void Tests_of_texts_networks_days_and_exact_integers_can_be_read()
    {
        var reading = Read("""
            { "all": [
              { "attribute": "a", "equals": "X", "ignoreCase": true }, { "attribute": "a", "in": ["x", ""], "ignoreCase": true }, { "attribute": "a", "endsWith": "x", "ignoreCase": true },
              { "attribute": "a", "startsWith": "x", "ignoreCase": false }, { "attribute": "a", "matches": "^x", "ignoreCase": true }, { "attribute": "a", "inNetworks": ["10.0.0.0/8", "::/0"] },
              { "attribute": "a", "dottedVersion": ">= 2024.01.15" }, { "attribute": "a", "date": "< 2026-03-01" },
              { "attribute": "a", "equals": 9007199254740993 }, { "attribute": "a", "number": ">= -9223372036854775808" }, { "attribute": "a", "equals": 1.0 } ] }
            """);

        Assert.Empty(reading.Errors);
        AttributeTest[] tests = [.. ((SegmentRule.All)reading.Definition!.Rule).Rules.Select(rule => ((SegmentRule.Attribute)rule).Test)];
        Assert.Equal(["X"], Assert.IsType<AttributeTest.OneOfIgnoringCase>(tests[0]).Texts);
        Assert.Equal(["x", ""], Assert.IsType<AttributeTest.OneOfIgnoringCase>(tests[1]).Texts);
        Assert.Equal(new AttributeTest.EndsWith("x", IgnoreCase: true), tests[2]);
        Assert.Equal(new AttributeTest.StartsWith("x"), tests[3]);
        Assert.Equal("/^x/i", Assert.IsType<AttributeTest.Matches>(tests[4]).Pattern.ToString());
        Assert.Equal(["10.0.0.0/8", "::/0"], Assert.IsType<AttributeTest.InNetworks>(tests[5]).Networks.Select(network => network.ToString()));
        Assert.Equal(new AttributeTest.Dotted(Comparison.AtLeast, "2024.01.15"), tests[6]);
        Assert.Equal(new AttributeTest.Day(Comparison.Below, new DateOnly(2026, 3, 1)), tests[7]);
        Assert.Equal(new AttributeTest.EqualTo(AttributeValue.Of(9007199254740993)), tests[8]);
        Assert.Equal(new AttributeTest.Integer(Comparison.AtLeast, long.MinValue), tests[9]);
        Assert.Equal(new AttributeTest.EqualTo(AttributeValue.Of(1d)), tests[10]);
    }

    [Fact]
    public void Segment_has_a_bounded_number_of_patterns() => Assert.Contains(
        Read($$"""{ "any": [ {{string.Join(", ", Enumerable.Repeat("""{ "attribute": "a", "matches": "x" }""", 21))}} ] }""").Errors, e => e.Message.Contains("has 21 regular expressions", StringComparison.Ordinal));

    [Fact]
    public void Patterns_beyond_the_bound_of_a_segment_are_counted_and_not_made()
    {
        var made = Enumerable.Repeat("""{ "attribute": "a", "matches": "x" }""", 20);
        var broken = Enumerable.Repeat("""{ "not": { "attribute": "a", "matches": "(" } }""", 1000);

        var error = Assert.Single(Read($$"""{ "title": "t", "any": [ {{string.Join(", ", made.Concat(broken))}} ] }""").Errors);

        Assert.Equal("has 1020 regular expressions, more than 20 of one segment", error.Message);
    }

    /// <summary>An earlier build took these; a rollout that runs with them is read, and means what it meant.</summary>
    [Fact]
    public void Recorded_plan_with_rules_that_are_refused_now_is_still_read()
    {
        const string recorded = """
            {"flag":"f","phases":[{"name":"p","review":{},"steps":[{"hold":"1d","name":"a","segments":["old"]}]}],"plan":"p",
             "segments":{"old":{"any":[{"attribute":"v","version":">= 2024.01.15"},{"attribute":"n","equals":9223372036854775808},{"attribute":"n","number":"< 1e300"}]}}}
            """;
        var reading = PlanReader.ReadDocument(recorded);

        Assert.Empty(reading.Errors);
        Assert.Equal(3, PlanReader.Younger(recorded).Length);
        var tests = ((SegmentRule.Any)reading.Plan!.Segments.Single().Definition.Rule).Rules
            .Select(rule => ((SegmentRule.Attribute)rule).Test);
        Assert.Equal([new AttributeTest.Version(Comparison.AtLeast, "2024.01.15"), new AttributeTest.EqualTo(AttributeValue.Of(9223372036854775808d)),
            new AttributeTest.Number(Comparison.Below, 1e300)], tests);
    }

    [Fact]
    public void Hostile_plans_are_refused_with_a_bounded_list_of_errors()
    {
        var unknown = string.Concat(Enumerable.Range(0, 4_500).Select(i => $"k{i:D10}: 1\n"));
        var triggers = "metrics: {" + string.Join(", ", Enumerable.Range(0, 1200).Select(i => $"a{i:D20}: {{count: x}}")) + "}\ntriggers: ["
            + string.Join(", ", Enumerable.Range(0, 800).Select(i => $"{{when: b{i:D20} > 1, action: notify}}")) + "]";

        Assert.Equal(1001, PlanText.Read(unknown).Errors.Length);
        Assert.InRange(PlanText.Read(triggers).Errors.Length, 800, 1001);
    }

    private static SegmentReading Read(string json) => SegmentReader.Read(JsonText.Parse(json, out _)!);
}
