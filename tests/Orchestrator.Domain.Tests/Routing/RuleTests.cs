using System.Text;
using System.Text.Json;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Routing;

public sealed class RuleTests
{
    [Theory]
    [InlineData("""{"equals":"pro"}""", "\"pro\"", true)]
    [InlineData("""{"equals":"pro"}""", "\"Pro\"", false)]
    [InlineData("""{"equals":true}""", "true", true)]
    [InlineData("""{"equals":true}""", "false", false)]
    [InlineData("""{"equals":true}""", "\"true\"", false)]
    [InlineData("""{"equals":false}""", "false", true)]
    [InlineData("""{"equals":3}""", "3.0", true)]
    [InlineData("""{"equals":3}""", "\"3\"", false)]
    [InlineData("""{"equals":"ü"}""", "\"\\u00fc\"", true)]
    [InlineData("""{"in":["a",2,true]}""", "\"a\"", true)]
    [InlineData("""{"in":["a",2,true]}""", "2", true)]
    [InlineData("""{"in":["a",2,true]}""", "true", true)]
    [InlineData("""{"in":["a",2,true]}""", "\"b\"", false)]
    [InlineData("""{"in":[]}""", "\"b\"", false)]
    [InlineData("""{"startsWith":"ab"}""", "\"abc\"", true)]
    [InlineData("""{"startsWith":"ab"}""", "\"cab\"", false)]
    [InlineData("""{"endsWith":"@example.com"}""", "\"me@example.com\"", true)]
    [InlineData("""{"endsWith":"@example.com"}""", "\"me@example.org\"", false)]
    [InlineData("""{"contains":"ß"}""", "\"Groß\"", true)]
    [InlineData("""{"contains":"x"}""", "7", false)]
    [InlineData("""{"above":5}""", "5", false)]
    [InlineData("""{"above":5}""", "5.1", true)]
    [InlineData("""{"atLeast":5}""", "5", true)]
    [InlineData("""{"below":5}""", "5", false)]
    [InlineData("""{"below":5}""", "-1e3", true)]
    [InlineData("""{"atMost":5}""", "5", true)]
    [InlineData("""{"above":5}""", "1e999", false)]
    [InlineData("""{"above":5}""", "\"6\"", false)]
    [InlineData("""{"versionAtLeast":"2.1.0"}""", "\"2.1.0\"", true)]
    [InlineData("""{"versionAtLeast":"2.1.0"}""", "\"2.1.0-rc.1\"", false)]
    [InlineData("""{"versionAbove":"2.9.0"}""", "\"2.10.0\"", true)]
    [InlineData("""{"versionBelow":"2.9.0"}""", "\"2.10.0\"", false)]
    [InlineData("""{"versionAtMost":"2.9.0"}""", "\"2.9.0+build.5\"", true)]
    [InlineData("""{"versionEquals":"2.9.0"}""", "\"2.9.0\"", true)]
    [InlineData("""{"versionAtLeast":"2.1.0"}""", "\"3\"", false)]
    [InlineData("""{"after":"2026-03-01T00:00:00Z"}""", "\"2026-03-01T01:00:00.5+01:00\"", true)]
    [InlineData("""{"after":"2026-03-01T00:00:00Z"}""", "\"2026-03-01T00:00:00Z\"", false)]
    [InlineData("""{"onOrAfter":"2026-03-01T00:00:00Z"}""", "\"2026-03-01T01:00:00+01:00\"", true)]
    [InlineData("""{"before":"2026-03-01T00:00:00Z"}""", "\"2026-02-28T23:59:59z\"", true)]
    [InlineData("""{"onOrBefore":"2026-03-01T00:00:00Z"}""", "\"2026-03-01T00:00:00Z\"", true)]
    [InlineData("""{"before":"2026-03-01T00:00:00Z"}""", "\"2026-02-30T00:00:00Z\"", false)]
    [InlineData("""{"before":"2026-03-01T00:00:00Z"}""", "\"yesterday\"", false)]
    [InlineData("""{"equals":"x"}""", "null", false)]
    [InlineData("""{"equals":"x"}""", "[\"x\"]", false)]
    [InlineData("""{"equals":"x"}""", "{\"value\":\"x\"}", false)]
    public void A_test_holds_for_what_it_says(string test, string value, bool expected)
    {
        var definition = JsonSerializer.Deserialize<SegmentDefinition>("""{"attribute":"it",""" + test[1..])!;

        Assert.Equal(expected, Holds(definition.Rule, $$"""{"other":[{"deep":1}],"it":{{value}},"more":"x"}"""));
    }

    [Fact]
    public void A_missing_attribute_matches_nothing_and_its_negation_everything()
    {
        var rule = Some.Rule("it", new AttributeTest.Number(Comparison.AtLeast, 0));

        Assert.False(Holds(rule, "{}"));
        Assert.True(Holds(new SegmentRule.Not(rule), "{}"));
    }

    [Fact]
    public void All_any_and_not_combine()
    {
        var yes = new SegmentRule.All([]);
        var no = new SegmentRule.Any([]);

        Assert.True(Holds(yes, "{}"));
        Assert.False(Holds(no, "{}"));
        Assert.False(Holds(new SegmentRule.All([yes, no]), "{}"));
        Assert.True(Holds(new SegmentRule.Any([no, yes]), "{}"));
        Assert.True(Holds(new SegmentRule.Not(no), "{}"));
    }

    [Fact]
    public void The_later_of_two_equal_names_holds() => Assert.False(Holds(Some.Internal, """{"internal":true,"internal":null}"""));

    [Fact]
    public void A_name_may_be_escaped_and_the_targeting_key_is_an_attribute_too()
    {
        Assert.True(Holds(Some.Internal, """{"int\u0065rnal":true}"""));
        Assert.True(Holds(Some.Rule("targetingKey", new AttributeTest.StartsWith("u-")), """{"targetingK\u0065y":"u-1"}"""));
    }

    [Fact]
    public void Opted_in_are_those_who_were_added()
    {
        var table = Some.Table(Some.Route(0, ["s"]), Some.Segment("s", new SegmentRule.OptedIn(), null, "Jürgen"));

        Assert.True(table.Ask(Some.User(table, "Jürgen")).IsNew);
        Assert.False(table.Ask(Some.User(table, "jürgen")).IsNew);
    }

    [Fact]
    public void Belonging_is_yes_no_or_a_question_of_the_key()
    {
        var table = Some.Table(Some.Route(0), Some.Segment("s", new SegmentRule.Any([Some.Internal, new SegmentRule.OptedIn()]), null, "u"));
        bool? Belongs(string? key, bool isInternal, string segment = "s") => Router.Belongs(table.Production(), segment, Some.User(table, key).Set("internal", isInternal));

        Assert.True(Belongs("u", false));
        Assert.True(Belongs(null, true));
        Assert.False(Belongs("v", false));
        Assert.Null(Belongs(null, false));
        Assert.False(Belongs("u", true, "unknown"));
    }

    [Theory]
    [InlineData("eu", 0.05, 1.0)]
    [InlineData("us", 0.02, 1.0)]
    [InlineData(null, 0.05, 1.0)]
    [InlineData("eu", 0.05, 0.2)]
    public void A_balance_keeps_the_share_of_each_stratum(string? region, double cap, double population)
    {
        var balance = new Balance(["region", "usage"], 0.05, population, [new StratumCap("us/3", 0.02)]);
        var table = Some.Table(Some.Route(0, ["s"]), Some.Segment("s", new SegmentRule.All([]), balance));
        var user = new EvaluationContext();

        var count = Enumerable.Range(0, 50_000).Count(i =>
        {
            user.Begin(table.Production()).Key($"user-{i}").Set("usage", 3);
            _ = region is null ? user : user.Set("region", region);
            return table.Ask(user).IsNew;
        });

        Assert.InRange(count / 50_000.0, (cap / population) - 0.006, (cap / population) + 0.006);
    }

    [Fact]
    public void A_balance_draws_each_stratum_by_the_documented_salt()
    {
        var table = Some.Table(Some.Route(0, ["s"]), Some.Segment("s", new SegmentRule.All([]), new Balance(["region", "usage"], 0.3, 1, [])));
        var bucket = new Bucket("segment:s:eu/2.5");

        Assert.All(Enumerable.Range(0, 200), i => Assert.Equal(
            bucket.Of(Encoding.UTF8.GetBytes($"u{i}")) < 30_000,
            table.Ask(Some.User(table, $"u{i}").Set("region", "eu").Set("usage", 2.5)).IsNew));
    }

    private static bool Holds(SegmentRule rule, string context)
    {
        var table = Some.Table(Some.Route(0, ["s"]), Some.Segment("s", rule));
        var user = new EvaluationContext().Begin(table.Production());
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(context));
        reader.Read();
        Assert.True(user.Read(ref reader));
        return table.Ask(user).IsNew;
    }
}
