using System.Text.Json;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Segments;

public sealed class SegmentYamlTests
{
    [Theory]
    [InlineData("""{"title":"Beta: \"users\" # of ours","any":[{"attribute":"internal","equals":true},{"optedIn":true}],"balance":{"by":["region","usage"],"cap":"5%"}}""")]
    [InlineData("""{"optedIn":true}""")]
    [InlineData("""{"not":{"any":[{"attribute":"a","equals":"no"},{"not":{"attribute":"a","equals":"~"}}]}}""")]
    [InlineData("""{"all":[{"not":{"attribute":"a","in":["x","1",1.5,false,1E+15]}},{"any":[{"attribute":"b","startsWith":"s"},{"attribute":"b","endsWith":"e"}]},{"attribute":"b c","contains":"c: d"}]}""")]
    [InlineData("""{"any":[{"attribute":"n","above":1},{"attribute":"n","atLeast":1},{"attribute":"n","below":-1.25},{"attribute":"n","atMost":1},{"attribute":"n","numberEquals":1}]}""")]
    [InlineData("""{"any":[{"attribute":"v","versionAbove":"1.0.0"},{"attribute":"v","versionAtLeast":"1.0.0"},{"attribute":"v","versionBelow":"1.0.0"},{"attribute":"v","versionAtMost":"1.0.0"},{"attribute":"v","versionEquals":"1.0.0"}]}""")]
    [InlineData("""{"any":[{"attribute":"d","before":"2026-03-01T00:00:00.1234567+00:00"},{"attribute":"d","onOrBefore":"2026-03-01T00:00:00+00:00"}]}""")]
    [InlineData("""{"optedIn":true,"balance":{"by":["region"],"cap":"0.125%","population":"40%","caps":{"eu":"3%","us west":"1%"}}}""")]
    [InlineData("""{"optedIn":true,"balance":{"by":["region"],"cap":"5%","population":"measured"}}""")]
    [InlineData("""{"any":[{"attribute":"d","beforeDay":"2026-03-01"},{"attribute":"d","afterDay":"2026-03-01"}]}""")]
    [InlineData("""{"any":[{"attribute":"v","dottedBelow":"2024.01"},{"attribute":"v","dottedAbove":"2024.01"}]}""")]
    [InlineData("""{"any":[{"attribute":"t","inIgnoringCase":["A"]},{"attribute":"t","startsWithIgnoringCase":"s"},{"attribute":"t","endsWithIgnoringCase":"e"},{"attribute":"t","containsIgnoringCase":"c"},{"attribute":"t","matches":"^a"},{"attribute":"t","matchesIgnoringCase":"^a\\d+$"}]}""")]
    [InlineData("""{"all":[{"attribute":"n","in":[1,{"integer":"9007199254740993"}]},{"attribute":"n","above":{"integer":"-9223372036854775808"}},{"attribute":"ip","inNetworks":["10.0.0.0/8","2001:db8::/32"]}]}""")]
    public void Text_read_as_a_plan_reads_it_defines_the_same_users(string json)
    {
        var definition = JsonSerializer.Deserialize<SegmentDefinition>(json)!;
        var yaml = SegmentYaml.Of(definition);
        var root = YamlText.Parse(yaml, out var broken);
        Assert.True(root is not null, $"{string.Join("; ", broken)}\n{yaml}");
        var reading = SegmentReader.Read(root);
        Assert.True(reading.Errors.IsEmpty, $"{string.Join("; ", reading.Errors)}\n{yaml}");
        Assert.True(SegmentDefinitions.SameUsers(definition, reading.Definition!), yaml);
        Assert.Equal(definition.Title, reading.Definition!.Title);
    }

    [Fact]
    public void Text_is_as_people_write_it() => Assert.Equal(
        """
        title: "Beta users"
        any:
          - attribute: "internal"
            equals: true
          - all:
              - attribute: "age"
                number: ">= 18"
              - optedIn: true
        balance: { by: ["region"], cap: 5%, population: measured }

        """.ReplaceLineEndings("\n"),
        SegmentYaml.Of(JsonSerializer.Deserialize<SegmentDefinition>(
            """{"title":"Beta users","any":[{"attribute":"internal","equals":true},{"all":[{"attribute":"age","atLeast":18},{"optedIn":true}]}],"balance":{"by":["region"],"cap":"5%","population":"measured"}}""")!));

    [Theory]
    [InlineData("""{"any":[{"attribute":"internal","equals":true},{"optedIn":true}]}""", "A user belongs where internal equals true or they opted in.")]
    [InlineData("""{"all":[{"attribute":"a","equals":"x"},{"any":[{"optedIn":true},{"not":{"attribute":"b","equals":1}}]}]}""", "A user belongs where a equals \"x\" and (they opted in or not b equals 1).")]
    [InlineData(
        """{"optedIn":true,"balance":{"by":["region","usage"],"cap":"5%","population":"40%"}}""",
        "A user belongs where they opted in. Of each region and usage at most 5 % of the users belong, if the rule matches 40 % of them.")]
    public void Rule_in_words_has_every_part(string json, string words) =>
        Assert.Equal(words, SegmentText.Of(JsonSerializer.Deserialize<SegmentDefinition>(json)!));
}
