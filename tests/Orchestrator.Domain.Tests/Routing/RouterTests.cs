using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Routing;

public sealed class RouterTests
{
    [Fact]
    public void Off_is_legacy_for_everyone() =>
        Expect(Some.Table(Some.Route(100_000, ["beta"], mode: RouteMode.Off), Beta()), RouteVariant.Legacy, RouteReason.Disabled, "u",
            isInternal: true);

    [Fact]
    public void Taken_back_beats_included() =>
        Expect(Some.Table(Some.Route(100_000, ["beta"], ["beta"]), Beta()), RouteVariant.Legacy, RouteReason.TargetingMatch, "u", isInternal: true);

    [Fact]
    public void Included_is_new_at_nought_percent() =>
        Expect(Some.Table(Some.Route(0, ["beta"]), Beta()), RouteVariant.New, RouteReason.TargetingMatch, "u", isInternal: true);

    [Fact]
    public void Included_needs_no_key_when_an_attribute_decides() =>
        Expect(Some.Table(Some.Route(0, ["beta"]), Beta()), RouteVariant.New, RouteReason.TargetingMatch, null, isInternal: true);

    [Theory]
    [InlineData("u")]
    [InlineData(null)]
    public void Everyone_is_static_with_and_without_a_key(string? key) =>
        Expect(Some.Table(Some.Route(100_000)), RouteVariant.New, RouteReason.Static, key);

    [Theory]
    [InlineData("u")]
    [InlineData(null)]
    public void No_user_is_default_with_and_without_a_key(string? key) =>
        Expect(Some.Table(Some.Route(0, ["unknown-segment"])), RouteVariant.Legacy, RouteReason.Default, key);

    [Fact]
    public void Split_decides_by_the_bucket()
    {
        var bucket = new Bucket("9f3b2c71").Of("u"u8);

        Expect(Some.Table(Some.Route(bucket)), RouteVariant.Legacy, RouteReason.Split, "u");
        Expect(Some.Table(Some.Route(bucket + 1)), RouteVariant.New, RouteReason.Split, "u");
    }

    [Fact]
    public void Split_without_a_key_is_an_error_and_not_new()
    {
        var table = Some.Table(Some.Route(99_999));

        var answer = table.Ask(Some.User(table, null));

        Assert.Equal((RouteError.TargetingKeyMissing, false), (answer.Error, answer.IsNew));
        Assert.True(answer.Value.IsEmpty);
    }

    [Fact]
    public void An_empty_key_is_a_key()
    {
        var table = Some.Table(Some.Route(50_000));

        Assert.Equal(RouteReason.Split, table.Ask(Some.User(table, "")).Reason);
    }

    [Fact]
    public void Membership_without_a_key_is_an_error_only_where_it_would_change_the_answer()
    {
        var member = Some.Segment("beta", new SegmentRule.OptedIn(), null, "u");
        var nobody = Some.Segment("beta", new SegmentRule.OptedIn());

        Assert.Equal(RouteError.TargetingKeyMissing, Anonymous(Some.Route(0, ["beta"]), member).Error);
        Assert.Equal(RouteReason.Default, Anonymous(Some.Route(0, ["beta"]), nobody).Reason);
        Assert.Equal(RouteReason.Static, Anonymous(Some.Route(100_000, ["beta"]), member).Reason);
        Assert.Equal(RouteError.TargetingKeyMissing, Anonymous(Some.Route(100_000, [], ["beta"]), member).Error);
        Assert.Equal(RouteReason.Default, Anonymous(Some.Route(0, [], ["beta"]), member).Reason);
    }

    [Fact]
    public void A_static_flag_gives_its_value_and_an_unknown_one_is_not_found()
    {
        var table = Some.Table(Some.Route(0));

        var theme = table.Ask(Some.User(table, null), "theme");
        var unknown = table.Ask(Some.User(table, null), "Theme");

        Assert.Equal((RouteVariant.Static, RouteReason.Static), (theme.Variant, theme.Reason));
        Assert.True(theme.Value.SequenceEqual("\"blue\""u8));
        Assert.Equal(RouteError.FlagNotFound, unknown.Error);
        Assert.Equal(RouteError.FlagNotFound, Router.Route(null, "flag", new EvaluationContext().Begin(null)).Error);
    }

    [Fact]
    public void A_boolean_route_allocates_nothing()
    {
        var version = Some.Rule("version", new AttributeTest.Version(Comparison.AtLeast, "2.1.0"));
        var balanced = Some.Segment("balanced", Some.Internal, new Balance(["region", "usage"], 0.05, 1, [new("eu/3", 0.04)]), "u");
        var table = Some.Table(
            [Some.Route(25_000, ["beta"], ["members"]), Some.Route(25_000, ["balanced"], flag: "balanced"), Some.Route(25_000, flag: "plain")],
            Beta(), Some.Segment("members", new SegmentRule.All([new SegmentRule.OptedIn(), version]), null, "u"), balanced);
        var user = Some.User(table, "0b9c5b1e-93a1-4d9e-8a58-2f6f6f0a1f2e").Set("internal", true).Set("version", "2.1.0").Set("region", "eu").Set("usage", 3);
        var onNew = Ask(table, user, 1000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var again = Ask(table, user, 1000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(onNew, again);
        Assert.Equal(0, allocated);
    }

    private static int Ask(RoutingTable table, EvaluationContext user, int times)
    {
        var onNew = 0;
        for (var i = 0; i < times; i++)
        {
            onNew += table.Ask(user).IsNew ? 1 : 0;
            onNew += table.Ask(user, "balanced").IsNew ? 1 : 0;
            onNew += table.Ask(user, "plain").IsNew ? 1 : 0;
        }

        return onNew;
    }

    private static SegmentModel Beta() => Some.Segment("beta", new SegmentRule.Any([new SegmentRule.OptedIn(), Some.Internal]), null, "opted-in");

    private static RouteAnswer Anonymous(RoutedFlag route, SegmentModel segment)
    {
        var table = Some.Table(route, segment);
        return table.Ask(Some.User(table, null));
    }

    private static void Expect(RoutingTable table, RouteVariant variant, RouteReason reason, string? key, bool isInternal = false)
    {
        var answer = table.Ask(Some.User(table, key).Set("internal", isInternal));

        Assert.Equal((variant, reason, RouteError.None), (answer.Variant, answer.Reason, answer.Error));
        Assert.True(answer.Value.SequenceEqual(variant == RouteVariant.New ? "true"u8 : "false"u8));
    }
}
