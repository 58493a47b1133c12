using System.Text;
using System.Text.Json;
using Orchestrator.Domain.Quantities;
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
    [InlineData("""{"equals":1}""", "1.0", true)]
    [InlineData("""{"equals":0}""", "-0", true)]
    [InlineData("""{"equals":1000}""", "1e3", true)]
    [InlineData("""{"equals":{"integer":"9007199254740993"}}""", "9007199254740993", true)]
    [InlineData("""{"equals":{"integer":"9007199254740993"}}""", "9007199254740992", false)]
    [InlineData("""{"equals":{"integer":"9007199254740993"}}""", "9007199254740994", false)]
    [InlineData("""{"equals":{"integer":"9007199254740993"}}""", "9007199254740993.0", true)]
    [InlineData("""{"equals":{"integer":"9007199254740993"}}""", "9007199254740993e0", true)]
    [InlineData("""{"equals":{"integer":"9007199254740993"}}""", "\"9007199254740993\"", false)]
    [InlineData("""{"equals":{"integer":"-9007199254740993"}}""", "-9007199254740993", true)]
    [InlineData("""{"equals":{"integer":"-9007199254740993"}}""", "-9007199254740992", false)]
    [InlineData("""{"equals":{"integer":"9223372036854775807"}}""", "9223372036854775807", true)]
    [InlineData("""{"equals":{"integer":"9223372036854775807"}}""", "9223372036854775808", false)]
    [InlineData("""{"in":[1,{"integer":"9007199254740993"}]}""", "9007199254740993", true)]
    [InlineData("""{"in":[1,{"integer":"9007199254740993"}]}""", "9007199254740992", false)]
    [InlineData("""{"above":{"integer":"9007199254740992"}}""", "9007199254740993", true)]
    [InlineData("""{"above":{"integer":"9007199254740993"}}""", "9007199254740993", false)]
    [InlineData("""{"above":{"integer":"9007199254740993"}}""", "1e300", true)]
    [InlineData("""{"above":{"integer":"9007199254740993"}}""", "17.5", false)]
    [InlineData("""{"below":{"integer":"9007199254740993"}}""", "9007199254740992", true)]
    [InlineData("""{"atMost":{"integer":"-9007199254740993"}}""", "-9007199254740992", false)]
    [InlineData("""{"atMost":{"integer":"-9007199254740993"}}""", "-1e300", true)]
    [InlineData("""{"above":0.5}""", "9007199254740993", true)]
    [InlineData("""{"equals":9007199254740992}""", "9007199254740993", true)]
    [InlineData("""{"dottedAtLeast":"2024.01.15"}""", "\"2024.1.15\"", true)]
    [InlineData("""{"dottedAtLeast":"2024.01.15"}""", "\"2024.01.20\"", true)]
    [InlineData("""{"dottedAtLeast":"2024.01.15"}""", "\"2025.3.1\"", true)]
    [InlineData("""{"dottedAtLeast":"2024.01.15"}""", "\"2024.01.14\"", false)]
    [InlineData("""{"dottedAtLeast":"2024.01.15"}""", "2024.1", false)]
    [InlineData("""{"dottedEquals":"7"}""", "\"007.0.0\"", true)]
    [InlineData("""{"dottedBelow":"10"}""", "\"9.99\"", true)]
    [InlineData("""{"dottedAbove":"1.2"}""", "\"1.2.0.1\"", true)]
    [InlineData("""{"dottedAtMost":"1.2"}""", "\"v1.2\"", false)]
    [InlineData("""{"inIgnoringCase":["DE","Ünal"]}""", "\"de\"", true)]
    [InlineData("""{"inIgnoringCase":["DE","Ünal"]}""", "\"üNAL\"", true)]
    [InlineData("""{"inIgnoringCase":["straße"]}""", "\"STRASSE\"", false)]
    [InlineData("""{"inIgnoringCase":["I"]}""", "\"ı\"", false)]
    [InlineData("""{"inIgnoringCase":["x"]}""", "\"xx\"", false)]
    [InlineData("""{"startsWithIgnoringCase":"Är"}""", "\"äRger\"", true)]
    [InlineData("""{"startsWithIgnoringCase":"Är"}""", "\"ä\"", false)]
    [InlineData("""{"endsWithIgnoringCase":"@Example.COM"}""", "\"me@example.com\"", true)]
    [InlineData("""{"endsWithIgnoringCase":"@Example.COM"}""", "\"com\"", false)]
    [InlineData("""{"containsIgnoringCase":"AAB"}""", "\"aaaab\"", true)]
    [InlineData("""{"containsIgnoringCase":"abcabd"}""", "\"xABCabcABDx\"", true)]
    [InlineData("""{"containsIgnoringCase":"abcabd"}""", "\"abcabcab\"", false)]
    [InlineData("""{"matches":"^[a-z]+-[0-9]{2}$"}""", "\"host-07\"", true)]
    [InlineData("""{"matches":"^[a-z]+-[0-9]{2}$"}""", "\"Host-07\"", false)]
    [InlineData("""{"matchesIgnoringCase":"^[a-z]+-[0-9]{2}$"}""", "\"Host-07\"", true)]
    [InlineData("""{"matches":"ö"}""", "\"höher\"", true)]
    [InlineData("""{"inNetworks":["10.0.0.0/8","2001:db8::/32"]}""", "\"10.255.0.1\"", true)]
    [InlineData("""{"inNetworks":["10.0.0.0/8","2001:db8::/32"]}""", "\"11.0.0.1\"", false)]
    [InlineData("""{"inNetworks":["10.0.0.0/8","2001:db8::/32"]}""", "\"::ffff:10.1.2.3\"", true)]
    [InlineData("""{"inNetworks":["10.0.0.0/8","2001:db8::/32"]}""", "\"::FFFF:a01:203\"", true)]
    [InlineData("""{"inNetworks":["10.0.0.0/8","2001:db8::/32"]}""", "\"2001:DB8:0::1\"", true)]
    [InlineData("""{"inNetworks":["10.0.0.0/8","2001:db8::/32"]}""", "\"2001:db9::1\"", false)]
    [InlineData("""{"inNetworks":["::ffff:10.0.0.0/104"]}""", "\"10.1.2.3\"", true)]
    [InlineData("""{"inNetworks":["::/0"]}""", "\"10.1.2.3\"", false)]
    [InlineData("""{"inNetworks":["0.0.0.0/0"]}""", "\"255.255.255.255\"", true)]
    [InlineData("""{"inNetworks":["0.0.0.0/0"]}""", "\"::1\"", false)]
    [InlineData("""{"inNetworks":["10.0.0.0/8"]}""", "\"10.1.2.3:443\"", false)]
    [InlineData("""{"inNetworks":["10.0.0.0/8"]}""", "\"010.1.2.3\"", false)]
    [InlineData("""{"onOrAfterDay":"2026-03-01"}""", "\"2026-03-01\"", true)]
    [InlineData("""{"afterDay":"2026-03-01"}""", "\"2026-03-01\"", false)]
    [InlineData("""{"onDay":"2026-03-01"}""", "\"2026-03-01\"", true)]
    [InlineData("""{"beforeDay":"2026-03-01"}""", "\"2026-02-28\"", true)]
    [InlineData("""{"beforeDay":"2026-03-01"}""", "\"2026-02-30\"", false)]
    [InlineData("""{"onOrAfterDay":"2026-03-01"}""", "\"2026-03-01T00:00:00Z\"", true)]
    [InlineData("""{"onOrBeforeDay":"2026-03-01"}""", "\"2026-03-01T00:00:01Z\"", false)]
    [InlineData("""{"onOrAfter":"2026-03-01T00:00:00Z"}""", "\"2026-03-02\"", false)]
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
        bool? Belongs(string? key, bool isInternal, string segment = "s") =>
            Router.Belongs(table.Production(), segment, Some.User(table, key).Set("internal", isInternal));

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

    [Theory]
    [InlineData(TextPattern.LongestInput, true)]
    [InlineData(TextPattern.LongestInput + 1, false)]
    public void Pattern_is_looked_for_in_texts_of_bounded_length(int length, bool found)
    {
        Assert.Null(TextPattern.TryRead("a$", false, out var pattern));

        Assert.Equal(found, Holds(Some.Rule("it", new AttributeTest.Matches(pattern)), $$"""{"it":"{{new string('a', length)}}"}"""));
    }

    [Fact]
    public void Tests_of_each_kind_allocate_nothing_once_they_are_warm()
    {
        Assert.Null(TextPattern.TryRead("^a+b?", true, out var pattern));
        Assert.Null(Network.Read("2001:db8::/32", out var network));
        AttributeTest[] tests =
        [
            new AttributeTest.Matches(pattern), new AttributeTest.InNetworks([network]), new AttributeTest.Contains("ÄB", IgnoreCase: true),
            new AttributeTest.Dotted(Comparison.AtLeast, "2024.01"),
            new AttributeTest.Day(Comparison.Equal, new DateOnly(2026, 3, 1)), new AttributeTest.Integer(Comparison.Equal, long.MaxValue),
            new AttributeTest.OneOfIgnoringCase(["x"]),
        ];
        var table =
            Some.Table(Some.Route(0, ["s"]), Some.Segment("s", new SegmentRule.Any([.. tests.Select((test, at) => Some.Rule($"a{at}", test))])));
        var user = Some.User(table, "u").Set("a0", "c").Set("a1", "2001:db9::1").Set("a2", "xäb").Set("a3", "2024.01").Set("a4", "2026-03-02").Set("a5", long.MaxValue - 1).Set("a6", "y");
        table.Ask(user);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var answer = table.Ask(user);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal((true, 0), (answer.IsNew, allocated));
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
