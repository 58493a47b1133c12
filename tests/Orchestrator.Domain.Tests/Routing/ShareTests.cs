using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using CsCheck;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Routing;

/// <summary>Shares of segments: a user's bucket is held against the largest percentage that holds for the user.</summary>
public sealed class ShareTests
{
    private static readonly SegmentModel[] Segments =
    [
        .. new[] { "region-eu", "region-us", "internal", "beta" }.Select(key => Some.Segment(key, Some.Rule(key, new AttributeTest.EqualTo(AttributeValue.Of(true))))),
        Some.Segment("members", new SegmentRule.OptedIn(), null, "ada"),
    ];

    [Fact]
    public void Golden_vectors_hold()
    {
        var vectors = JsonSerializer.Deserialize<Vector[]>(File.ReadAllText(Path.Combine(Folder(), "share-vectors.json")), JsonSerializerOptions.Web)!;

        Assert.True(vectors.Length > 100);
        Assert.All(vectors, vector =>
        {
            var table = Some.Table(Some.Route(vector.Percentage, salt: vector.Salt) with { Shares = [.. vector.Shares] }, Segments);
            var answer = table.Ask(User(table, vector.Key, vector.In));
            Assert.Equal(vector.New, answer.IsNew);
            Assert.Equal(vector.Bucket, answer.Bucket ?? vector.Bucket);
        });
    }

    [Fact]
    public void Share_is_exact_sticky_and_keeps_its_users_as_it_and_the_percentage_grow()
    {
        var users = Enumerable.Range(0, 20_000).Select(i => $"user-{i}").ToArray();
        HashSet<string> before = [];
        foreach (var (all, share) in ((int, int)[])[(0, 5_000), (0, 10_000), (1_000, 25_000), (40_000, 25_000), (50_000, 60_000)])
        {
            var table = Some.Table(Some.Route(all) with { Shares = [new("region-eu", Share.Of(share))] }, Segments);
            HashSet<string> OnNew(params string[] of) => [.. users.Where(key => table.Ask(User(table, key, of)).IsNew)];

            var (europe, others) = (OnNew("region-eu"), OnNew("region-us"));

            Assert.InRange(europe.Count, (Math.Max(all, share) / 5) - 200, (Math.Max(all, share) / 5) + 200);
            Assert.InRange(others.Count, (all / 5) - 200, (all / 5) + 200);
            Assert.Subset(europe, before);
            Assert.Subset(europe, others);
            Assert.Equal(europe, OnNew("region-eu"));
            before = europe;
        }
    }

    [Fact]
    public void User_of_several_has_the_largest_and_a_segment_taken_back_has_none()
    {
        var route = Some.Route(0) with { Shares = [new("region-eu", Share.Of(1)), new("beta", Share.Of(99_999))], Included = ["internal"] };
        var table = Some.Table(route, Segments);
        Assert.Equal((true, RouteReason.Split), (table.Ask(User(table, "u", "region-eu", "beta")).IsNew, table.Ask(User(table, "u", "beta")).Reason));
        Assert.Equal((false, RouteReason.Split), (table.Ask(User(table, "u", "region-eu")).IsNew, table.Ask(User(table, "u", "region-eu")).Reason));
        Assert.Equal((true, RouteReason.TargetingMatch), (table.Ask(User(table, "u", "internal")).IsNew, table.Ask(User(table, "u", "internal", "region-eu")).Reason));
        Assert.Equal((false, RouteReason.Default), (table.Ask(User(table, "u", "region-us")).IsNew, table.Ask(User(table, "u", "region-us")).Reason));

        var back = Some.Table(route with { TakenBack = ["region-eu"] }, Segments);
        Assert.False(back.Ask(User(back, "u", "region-eu", "beta", "internal")).IsNew);
        Assert.True(back.Ask(User(back, "u", "beta")).IsNew);
    }

    [Fact]
    public void Key_is_needed_where_a_share_decides_and_not_where_none_does()
    {
        var table = Some.Table(Some.Route(0) with { Shares = [new("region-eu", Share.Of(50_000)), new("members", Share.Of(50_000))] }, Segments);
        Assert.Equal(RouteError.TargetingKeyMissing, table.Ask(User(table, null, "region-eu")).Error);
        Assert.Equal(RouteError.TargetingKeyMissing, table.Ask(User(table, null)).Error);
        table = Some.Table(Some.Route(0) with { Shares = [new("region-eu", Share.Of(50_000))] }, Segments);
        Assert.Equal((RouteError.None, RouteReason.Default), (table.Ask(User(table, null)).Error, table.Ask(User(table, null)).Reason));
    }

    [Fact]
    public void Accounts_are_kept_together_and_no_user_is_guessed_to_be_of_a_segment()
    {
        var table =
            Some.Table(Some.Route(0) with { StickyBy = "account", Shares = [new("region-eu", Share.Of(50_000)), new("members", Share.Of(80_000))] }, Segments);
        EvaluationContext Of(string? key, string account, params string[] of) => User(table, key, of).Set("account", account);

        var accounts = Enumerable.Range(0, 200).Select(i => $"a{i}").ToArray();
        Assert.All(
            accounts, account => Assert.Single(Enumerable.Range(0, 10).Select(i => table.Ask(Of($"u{i}", account, "region-eu")).IsNew).Distinct()));
        foreach (var account in accounts)
        {
            var bucket = new Bucket("9f3b2c71").Of(System.Text.Encoding.UTF8.GetBytes(account));
            var answer = table.Ask(Of(null, account, "region-eu"));
            Assert.Equal(bucket < 50_000 ? (RouteVariant.New, RouteError.None) : bucket < 80_000 ? (RouteVariant.None,
                RouteError.TargetingKeyMissing) : (RouteVariant.Legacy, RouteError.None), (answer.Variant, answer.Error));
            Assert.Equal(bucket < 80_000, table.Ask(Of("ada", account, "region-eu")).IsNew);
        }

        Assert.Equal(RouteError.StickyAttributeMissing, table.Ask(User(table, "u", "region-eu")).Error);
    }

    [Fact]
    public void Explain_says_which_share_decided_and_who_is_on_new()
    {
        var table =
            Some.Table(Some.Route(1_000, ["internal"], ["region-us"]) with { Shares = [new("region-eu", Share.Of(25_000)), new("region-us", Share.Of(30_000))] }, Segments);
        var explained = Router.Explain(table, "production", "flag", User(table, "user-1", "region-eu"));

        Assert.Equal((1m, "1% of users and internal, 25% of region-eu"), (explained.Percentage, explained.Audience));
        Assert.Contains(explained.Rules, row => row is { Rule: "segment region-eu at 25 %", Matched: true });
        Assert.Equal("bucket below 25 %", explained.Rules[^1].Rule);
        Assert.Equal("bucket below 1 %", Router.Explain(table, "production", "flag", User(table, "user-1", "beta")).Rules[^1].Rule);
        var off = Some.Table(Some.Route(1_000, ["internal"], mode: RouteMode.Off), Segments);
        Assert.Equal("0% of users", Router.Explain(off, "production", "flag", User(off, "u")).Audience);
    }

    [Fact]
    public void Document_tells_shares_to_readers_that_know_them_and_legacy_to_others()
    {
        var table = Some.Table(
            [Some.Route(10_000) with { Shares = [new("region-eu", Share.Of(25_000))], StickyBy = "account" }, Some.Route(10_000, flag: "other")], Segments);
        EnvironmentModel Read(int format) =>
            TableDocument.Read(TableDocument.Write(table.Production(), "production", static _ => false, format).ToArray()).Model;

        var now = Read(TableDocument.Format).Routes.Single(route => route.Flag == "flag");
        Assert.Equal([new SegmentShare("region-eu", Share.Of(25_000))], now.Shares);
        Assert.Equal(RouteMode.Split, now.Mode);
        Assert.All([1, 2, 3], format =>
        {
            Assert.Equal((RouteMode.Unread, 0), (Read(format).Routes.Single(route => route.Flag == "flag").Mode,
                Read(format).Routes.Single(route => route.Flag == "flag").Shares.Length));
            Assert.Equal(RouteMode.Split, Read(format).Routes.Single(route => route.Flag == "other").Mode);
        });
    }

    [Fact]
    public void Route_that_is_told_alone_finds_its_shares_and_routing_by_them_allocates_nothing()
    {
        var table = Some.Table(Some.Route(0), Segments).With("production", Some.Route(0) with { Shares = [new("region-eu", Share.Of(99_999))] }, 43);
        var user = User(table, "u", "region-eu");
        Assert.True(table.Ask(user).IsNew);

        var before = GC.GetAllocatedBytesForCurrentThread();
        table.Ask(user);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Larger_share_never_takes_a_user_off_new() =>
        Gen.Select(Gen.Int[0, 100_000], Gen.Int[1, 99_999], Gen.Int[1, 99_999], Gen.Int[-1, 9], Gen.Bool, Gen.Bool)
            .Sample((all, one, other, number, europe, member) =>
        {
            bool IsNew(int share)
            {
                var table = Some.Table(Some.Route(all) with
                {
                    Shares = [new("region-eu", Share.Of(share)), new("members", Share.Of(1))],
                    StickyBy = member ? "beta" : null
                }, Segments);
                var key = number < 0 ? null : number == 7 ? "ada" : $"u{number}";
                return table.Ask(europe ? User(table, key, "region-eu") : User(table, key)).IsNew;
            }

            return !IsNew(Math.Min(one, other)) || IsNew(Math.Max(one, other));
        });

    private static EvaluationContext User(RoutingTable table, string? key, params string[] of)
    {
        var user = Some.User(table, key);
        foreach (var segment in of)
        {
            user.Set(segment, true);
        }

        return user;
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private sealed record Vector(
        string Salt, string Key, int Percentage, SegmentShare[] Shares, [property: JsonPropertyName("in")] string[] In, int Bucket, bool New);
}
