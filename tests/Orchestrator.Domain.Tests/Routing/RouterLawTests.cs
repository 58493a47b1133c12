using CsCheck;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Routing;

public sealed class RouterLawTests
{
    private const int Everyone = 100_000;

    private static readonly SegmentModel[] Segments =
    [
        Some.Segment("internal", Some.Internal),
        Some.Segment("members", new SegmentRule.OptedIn(), null, "u1", "u2", "u3"),
        Some.Segment("mixed", new SegmentRule.Any([new SegmentRule.Not(Some.Internal), new SegmentRule.OptedIn()]),
            new Balance(["region"], 0.5, 1, [new("eu", 0.25)]), "u4"),
    ];

    private static readonly Gen<string[]> SegmentKeys = Gen.OneOfConst("internal", "members", "mixed", "undefined").Array[0, 2];

    private static readonly Gen<RoutedFlag> Routes =
        Gen.Select(
            Gen.OneOf(Gen.Const(0), Gen.Const(Everyone), Gen.Int[0, Everyone]), SegmentKeys, SegmentKeys, Gen.Enum<RouteMode>(),
            Gen.Select(SegmentKeys, Gen.Int[1, Everyone - 1]),
            (percentage, included, takenBack, mode, shares) => Some.Route(percentage, included, takenBack, mode) with
            {
                Shares =
                    [.. shares.Item1.Distinct().Select((key, i) => new SegmentShare(key, Share.Of(Math.Max(1, shares.Item2 / (i + 1)))))],
            });

    private static readonly Gen<(string? Key, bool? Internal, string? Region)> Users = Gen.Select(
        Gen.OneOf(Gen.Const((string?)null), Gen.Int[0, 9].Select(i => (string?)$"u{i}"), Gen.String.Select(s => (string?)s)),
        Gen.OneOfConst<bool?>(null, true, false), Gen.OneOfConst<string?>(null, "eu", "us"));

    [Fact]
    public void Raising_the_percentage_never_takes_a_user_off_new() =>
        Gen.Select(Routes, Gen.Int[0, Everyone], Users).Sample((route, more, user) =>
    {
        var before = Ask(route, user);
        var after = Ask(route with { Percentage = Share.Max(route.Percentage, Share.Of(more)) }, user);
        return !before.IsNew || after.IsNew;
    });

    [Fact]
    public void No_user_of_a_segment_taken_back_is_on_new() => Gen.Select(Routes, Users).Sample((route, user) =>
        !Ask(route with { TakenBack = ["internal"] }, user with { Internal = true }).IsNew);

    [Fact]
    public void No_user_is_on_new_when_off() =>
        Gen.Select(Routes, Users).Sample((route, user) => !Ask(route with { Mode = RouteMode.Off }, user).IsNew);

    [Fact]
    public void Explain_and_route_agree() => Gen.Select(Routes, Users).Sample((route, who) =>
    {
        var table = Some.Table(route, Segments);
        var user = User(table, who);
        var answer = table.Ask(user);
        var explained = Router.Explain(table, "production", "flag", user);

        // What the rows say must lead to the answer by the order of the design alone.
        bool Matched(string role) => explained.Rules.Any(
            row => row.Matched && row.Rule.StartsWith("segment ", StringComparison.Ordinal) && row.Rule.EndsWith(role, StringComparison.Ordinal));
        var last = explained.Rules[^1];
        var fromRows = explained.Rules[0].Matched ? RouteVariant.Legacy
            : Matched(" taken back") ? RouteVariant.Legacy
            : Matched(" included") || last.Matched ? RouteVariant.New : RouteVariant.Legacy;

        return explained.Variant == answer.Variant.Name() && explained.Reason == answer.Reason.Name()
            && explained.ErrorCode == answer.Error.Name()
            && (answer.Error != RouteError.None || fromRows == answer.Variant)
            && explained.Position == 42 && explained.Percentage == (route.Mode == RouteMode.Split ? route.Percentage.Percent : 0);
    });

    [Fact]
    public void A_table_changed_step_by_step_answers_like_one_compiled_at_once() =>
        Gen.Select(Routes.Array[1, 5], Users).Sample((routes, who) =>
    {
        var stepwise = RoutingTable.Empty;
        foreach (var route in routes)
        {
            stepwise = stepwise.With("production", route, 1);
        }

        stepwise = Segments.Aggregate(stepwise, (table, segment) => table.With("production", segment, 2));
        var whole = Some.Table(routes[^1], Segments);
        var (a, b) = (stepwise.Ask(User(stepwise, who)), whole.Ask(User(whole, who)));
        return (a.Variant, a.Reason, a.Error) == (b.Variant, b.Reason, b.Error);
    });

    [Theory]
    [InlineData("9f3b2c71")]
    [InlineData("another-salt")]
    public void The_share_of_100_000_users_is_exact_monotone_and_sticky(string salt)
    {
        var users = Enumerable.Range(0, 100_000).Select(i => $"user-{i}").ToArray();
        HashSet<string> before = [];
        foreach (var percent in (int[])[10, 25, 50, 75])
        {
            var table = Some.Table(Some.Route(percent * 1000, salt: salt));
            var user = new EvaluationContext();
            bool OnNew(string key) => table.Ask(user.Begin(table.Production()).Key(key)).IsNew;

            var now = users.Where(OnNew).ToHashSet();

            Assert.InRange(now.Count, (percent * 1000) - 300, (percent * 1000) + 300);
            Assert.Subset(now, before);
            Assert.Equal(now, users.Where(OnNew).ToHashSet());
            before = now;
        }
    }

    private static RouteAnswer Ask(RoutedFlag route, (string? Key, bool? Internal, string? Region) who)
    {
        var table = Some.Table(route, Segments);
        return table.Ask(User(table, who));
    }

    private static EvaluationContext User(RoutingTable table, (string? Key, bool? Internal, string? Region) who)
    {
        var user = Some.User(table, who.Key);
        _ = who.Internal is { } isInternal ? user.Set("internal", isInternal) : user;
        return who.Region is { } region ? user.Set("region", region) : user;
    }
}
