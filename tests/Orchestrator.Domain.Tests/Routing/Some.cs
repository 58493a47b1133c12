using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Routing;

/// <summary>Test data for routing.</summary>
internal static class Some
{
    public static readonly byte[] MemberKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    public static readonly SegmentRule Internal = new SegmentRule.Attribute("internal", new AttributeTest.EqualTo(AttributeValue.Of(true)));

    public static RoutedFlag Route(
        int percentage, string[]? included = null, string[]? takenBack = null, RouteMode mode = RouteMode.Split, string flag = "flag",
        string salt = "9f3b2c71") => new()
        {
            Flag = flag,
            Rollout = "checkout",
            RolloutVersion = 7,
            Salt = salt,
            Mode = mode,
            Percentage = Share.Of(percentage),
            Included = [.. included ?? []],
            TakenBack = [.. takenBack ?? []],
            Phase = "gradual",
            Step = "3a-10",
        };

    public static SegmentModel Segment(string key, SegmentRule rule, Balance? balance = null, params string[] members) => new(
        key, new SegmentDefinition(null, rule, balance),
        MemberSet.Under(MemberKey).With([.. members.Select(m => MemberHash.Of(m, MemberKey))], []));

    public static RoutingTable Table(RoutedFlag route, params SegmentModel[] segments) => Table([route], segments);

    public static RoutingTable Table(RoutedFlag[] routes, params SegmentModel[] segments) => RoutingTable.Compile(new TableModel(42,
    [
        new EnvironmentModel { Name = "production", Flags = [new("theme", "\"blue\"")], Routes = [.. routes], Segments = [.. segments] },
    ]));

    public static EnvironmentTable Production(this RoutingTable table) => table.Environment("production")!;

    public static EvaluationContext User(RoutingTable table, string? key) => new EvaluationContext().Begin(table.Production()).Key(key);

    public static RouteAnswer Ask(this RoutingTable table, EvaluationContext user, string flag = "flag") =>
        Router.Route(table.Production(), flag, user);

    public static bool IsIn(SegmentRule rule, Func<EvaluationContext, EvaluationContext> user)
    {
        var table = Table(Route(0, ["s"]), Segment("s", rule));
        return table.Ask(user(User(table, "u"))).IsNew;
    }

    public static SegmentRule Rule(string attribute, AttributeTest test) => new SegmentRule.Attribute(attribute, test);
}
