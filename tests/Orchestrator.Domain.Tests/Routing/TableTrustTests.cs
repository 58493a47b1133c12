using System.Collections.Frozen;
using CsCheck;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Domain.Tests.Routing;

public sealed class TableTrustTests
{
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly Dictionary<string, StalePolicy> Policies = new()
    {
        ["legacy"] = StalePolicy.Legacy,
        ["last"] = StalePolicy.Last,
        ["last for 5m, then legacy"] = new StalePolicy(Keep),
    };

    /// <summary>Past the lease in ticks: just over it, at the end of what is kept, and just over that.</summary>
    public static TheoryData<string, long, RouteVariant> Stale => new()
    {
        { "legacy", 1, RouteVariant.Legacy },
        { "legacy", Keep.Ticks, RouteVariant.Legacy },
        { "legacy", TimeSpan.MaxValue.Ticks, RouteVariant.Legacy },
        { "last", 1, RouteVariant.New },
        { "last", Keep.Ticks + 1, RouteVariant.New },
        { "last", TimeSpan.MaxValue.Ticks, RouteVariant.New },
        { "last for 5m, then legacy", 1, RouteVariant.New },
        { "last for 5m, then legacy", Keep.Ticks, RouteVariant.New },
        { "last for 5m, then legacy", Keep.Ticks + 1, RouteVariant.Legacy },
        { "last for 5m, then legacy", TimeSpan.MaxValue.Ticks, RouteVariant.Legacy },
    };

    [Theory]
    [MemberData(nameof(Stale))]
    public void Stale_table_answers_as_the_policy_says(string policy, long past, RouteVariant expected)
    {
        var table = Some.Table(Some.Route(100_000) with { OnStale = Policies[policy] });

        var answer = Ask(table, "u", TableTrust.Stale(TimeSpan.FromTicks(past)));

        Assert.Equal((expected, RouteReason.Stale), (answer.Variant, answer.Reason));
    }

    [Fact]
    public void Stale_table_is_legacy_when_no_policy_was_given() =>
        Assert.False(Ask(Some.Table(Some.Route(100_000)), "u", TableTrust.Stale(Tick)).IsNew);

    [Fact]
    public void What_is_safe_without_a_table_stays_what_it_is()
    {
        var table = Some.Table(Some.Route(100_000, mode: RouteMode.Off));
        var worst = TableTrust.Stale(TimeSpan.MaxValue).With(new[] { "checkout" }.ToFrozenSet());

        Assert.Equal(RouteReason.Disabled, Ask(table, "u", worst).Reason);
        Assert.Equal((RouteVariant.Static, RouteReason.Static), (Ask(table, "u", worst, "theme").Variant, Ask(table, "u", worst, "theme").Reason));
        Assert.Equal(RouteError.FlagNotFound, Ask(table, "u", worst, "other").Error);
        Assert.Equal(RouteError.FlagNotFound, Router.Route(null, "flag", new EvaluationContext().Begin(null), worst).Error);
    }

    [Fact]
    public void Legacy_of_a_stale_table_needs_no_key_and_the_last_answer_does()
    {
        var route = Some.Route(50_000);

        Assert.Equal(RouteReason.Stale, Ask(Some.Table(route), null, TableTrust.Stale(Tick)).Reason);
        Assert.Equal(
            RouteError.TargetingKeyMissing, Ask(Some.Table(route with { OnStale = StalePolicy.Last }), null, TableTrust.Stale(Tick)).Error);
    }

    [Fact]
    public void Users_come_back_one_after_the_other_and_none_leaves_again()
    {
        var table = Some.Table(Some.Route(100_000));
        var users = Enumerable.Range(0, 2000).Select(i => $"user-{i}").ToArray();
        var back = new HashSet<string>();
        for (var second = 0; second <= 30; second++)
        {
            var trust = TableTrust.Returning(Tick, TimeSpan.FromSeconds(second));
            var now = users.Where(user => Ask(table, user, trust).IsNew).ToHashSet();
            Assert.Superset(back, now);
            Assert.InRange(now.Count, (users.Length * second / 30) - 100, (users.Length * second / 30) + 100);
            back = now;
        }

        Assert.Equal(users.Length, back.Count);
    }

    [Fact]
    public void Who_is_not_back_is_stale_and_who_is_back_has_the_usual_reason()
    {
        var table = Some.Table(Some.Route(100_000));

        Assert.Equal(RouteReason.Stale, Ask(table, "u", TableTrust.Returning(Tick, TimeSpan.Zero)).Reason);
        Assert.Equal(RouteReason.Stale, Ask(table, null, TableTrust.Returning(Tick, TableTrust.Ramp - Tick)).Reason);
        Assert.Equal((RouteVariant.New, RouteReason.Static), (Ask(table, null, TableTrust.Returning(Tick, TableTrust.Ramp)).Variant,
            Ask(table, null, TableTrust.Returning(Tick, TableTrust.Ramp)).Reason));
        Assert.True(TableTrust.Returning(Tick, TableTrust.Ramp).IsPlain);
    }

    [Fact]
    public void Only_what_had_fallen_to_legacy_comes_back_gradually()
    {
        var kept = Some.Table(Some.Route(100_000) with { OnStale = new StalePolicy(Keep) });
        var last = Some.Table(Some.Route(100_000) with { OnStale = StalePolicy.Last });

        Assert.Equal((true, RouteReason.Static), Of(Ask(kept, "u", TableTrust.Returning(Keep, TimeSpan.Zero))));
        Assert.Equal((false, RouteReason.Stale), Of(Ask(kept, "u", TableTrust.Returning(Keep + Tick, TimeSpan.Zero))));
        Assert.Equal((true, RouteReason.Static), Of(Ask(last, "u", TableTrust.Returning(TimeSpan.MaxValue, TimeSpan.Zero))));
    }

    [Fact]
    public void The_order_of_coming_back_is_not_that_of_the_percentage()
    {
        var table = Some.Table(Some.Route(10_000));
        var onNew = Enumerable.Range(0, 20_000).Select(i => $"user-{i}").Where(user => table.Ask(Some.User(table, user)).IsNew).ToArray();

        var back = onNew.Count(user => Ask(table, user, TableTrust.Returning(Tick, TableTrust.Ramp / 2)).IsNew);

        Assert.InRange(back, onNew.Length * 0.45, onNew.Length * 0.55);
    }

    [Theory]
    [InlineData(UnwatchedPolicy.Legacy, "checkout", false, RouteReason.Stale)]
    [InlineData(UnwatchedPolicy.Hold, "checkout", true, RouteReason.Static)]
    [InlineData(UnwatchedPolicy.Legacy, "another", true, RouteReason.Static)]
    public void Unwatched_rollout_answers_as_its_policy_says(UnwatchedPolicy policy, string unwatched, bool isNew, RouteReason reason)
    {
        var table = Some.Table(Some.Route(100_000) with { OnUnwatched = policy });

        var answer = Ask(table, "u", default(TableTrust).With(new[] { unwatched }.ToFrozenSet()));

        Assert.Equal((isNew, reason), Of(answer));
    }

    [Fact]
    public void A_standing_without_unwatched_rollouts_and_staleness_is_plain()
    {
        Assert.True(default(TableTrust).With(FrozenSet<string>.Empty).IsPlain);
        Assert.False(default(TableTrust).With(new[] { "r" }.ToFrozenSet()).IsPlain);
        Assert.False(TableTrust.Stale(Tick).IsPlain);
    }

    [Fact]
    public void Explain_gives_the_routers_answer_and_its_row_says_so() =>
        Gen.Select(Gen.OneOfConst([.. Policies.Values]), Gen.OneOfConst(UnwatchedPolicy.Legacy, UnwatchedPolicy.Hold), Gen.Int[0, 700],
            Gen.Int[0, 40], Gen.Bool, Gen.Bool, Gen.String)
        .Sample((policy, onUnwatched, past, since, stale, unwatched, key) =>
        {
            var table = Some.Table(Some.Route(100_000) with { OnStale = policy, OnUnwatched = onUnwatched });
            var trust = past == 0
                ? default
                : stale
                ? TableTrust.Stale(TimeSpan.FromSeconds(past))
                : TableTrust.Returning(TimeSpan.FromSeconds(past), TimeSpan.FromSeconds(since));
            trust = trust.With(unwatched ? new[] { "checkout" }.ToFrozenSet() : FrozenSet<string>.Empty);
            var answer = Ask(table, key, trust);
            var explained = Router.Explain(table, "production", "flag", Some.User(table, key), trust);
            var fallen = explained.Rules.Any(row => row.Matched && !row.Rule.StartsWith("bucket", StringComparison.Ordinal));
            return explained.Variant == answer.Variant.Name() && explained.Reason == answer.Reason.Name() && fallen != answer.IsNew;
        });

    [Fact]
    public void Doubt_allocates_nothing()
    {
        var table = Some.Table(Some.Route(100_000));
        var user = Some.User(table, "u");
        var returning = TableTrust.Returning(Tick, TimeSpan.FromSeconds(10)).With(new[] { "another" }.ToFrozenSet());
        Router.Route(table.Production(), "flag", user, returning);
        Router.Route(table.Production(), "flag", user, TableTrust.Stale(Tick));

        var before = GC.GetAllocatedBytesForCurrentThread();
        Router.Route(table.Production(), "flag", user, returning);
        Router.Route(table.Production(), "flag", user, TableTrust.Stale(Tick));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }

    private static RouteAnswer Ask(RoutingTable table, string? key, in TableTrust trust, string flag = "flag") =>
        Router.Route(table.Production(), flag, Some.User(table, key), trust);

    private static (bool IsNew, RouteReason Reason) Of(RouteAnswer answer) => (answer.IsNew, answer.Reason);
}
