using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Routing;

/// <summary>A reader of an earlier format never decides by what that format cannot say: those flags are on legacy for it.</summary>
public sealed class TableFormatTests
{
    /// <summary>Rules that a build of format 2 does not know, or compares otherwise.</summary>
    public static TheoryData<string> Young =>
    [
        """{"equals":{"integer":"9007199254740993"}}""", """{"in":[1,{"integer":"9007199254740993"}]}""", """{"above":{"integer":"9007199254740993"}}""", """{"dottedAtLeast":"2024.01.15"}""",
        """{"inIgnoringCase":["x"]}""", """{"startsWithIgnoringCase":"x"}""", """{"endsWithIgnoringCase":"x"}""", """{"containsIgnoringCase":"x"}""", """{"matches":"x"}""",
        """{"inNetworks":["10.0.0.0/8"]}""", """{"onOrAfterDay":"2026-03-01"}""",
    ];

    [Theory]
    [MemberData(nameof(Young))]
    public void Flag_of_a_young_rule_is_unread_for_an_older_reader(string test)
    {
        var rule = JsonSerializer.Deserialize<SegmentDefinition>($$"""{"not":{"attribute":"it",{{test[1..]}}}""")!.Rule;
        var routes = new[] { Some.Route(100_000, ["young"]), Some.Route(100_000, [], ["young"], flag: "back"), Some.Route(0, ["young"], [], RouteMode.Off, "off"),
            Some.Route(100_000, ["old"], flag: "other") };
        var table = Some.Table(routes, Some.Segment("young", rule), Some.Segment("old", Some.Internal));

        Assert.All([TableDocument.First, 2], format =>
        {
            var read = Read(table, format);
            Assert.Equal([RouteMode.Unread, RouteMode.Unread, RouteMode.Off, RouteMode.Split], Modes(read, "flag", "back", "off", "other"));
            Assert.Equal((RouteVariant.Legacy, RouteReason.Stale), Answer(read, "flag"));
            Assert.DoesNotContain(test[2..^1], Encoding.UTF8.GetString(
                TableDocument.Write(table.Production(), "production", static _ => false, format).ToArray()), StringComparison.Ordinal);
        });
        Assert.Equal(
            [RouteMode.Split, RouteMode.Split, RouteMode.Off, RouteMode.Split], Modes(Read(table, TableDocument.Format), "flag", "back", "off", "other"));
    }

    [Fact]
    public void Flag_kept_together_by_an_attribute_is_unread_for_an_older_reader()
    {
        var table = Some.Table(Some.Route(100_000) with { StickyBy = "accountId" });

        Assert.Equal((RouteVariant.Legacy, RouteReason.Stale), Answer(Read(table, 2), "flag"));
        Assert.Equal("accountId", Read(table, TableDocument.Format).Routes.Single().StickyBy);
    }

    [Fact]
    public void What_an_older_reader_knows_is_the_same_in_every_format()
    {
        var table = Some.Table(
            Some.Route(40_000, ["s"]), Some.Segment("s", Some.Rule("n", new AttributeTest.Number(Comparison.AtLeast, 9007199254740991))));

        JsonNode Of(int format)
        {
            var document = JsonNode.Parse(TableDocument.Write(table.Production(), "production", static _ => false, format).ToArray())!;
            document["format"] = 0;
            return document;
        }

        Assert.True(JsonNode.DeepEquals(Of(2), Of(TableDocument.Format)));
        Assert.True(JsonNode.DeepEquals(Of(TableDocument.First), Of(TableDocument.Format)));
    }

    private static EnvironmentModel Read(RoutingTable table, int format) =>
        TableDocument.Read(TableDocument.Write(table.Production(), "production", static _ => false, format).ToArray()).Model;

    private static RouteMode[] Modes(EnvironmentModel model, params string[] flags) =>
        [.. flags.Select(flag => model.Routes.Single(route => route.Flag == flag).Mode)];

    private static (RouteVariant Variant, RouteReason Reason) Answer(EnvironmentModel model, string flag)
    {
        var table = RoutingTable.Empty.With(model, 1);
        var answer = table.Ask(Some.User(table, "u").Set("it", "z"), flag);
        return (answer.Variant, answer.Reason);
    }
}
