using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Routing;

/// <summary>Users kept together by an attribute.</summary>
public sealed class StickyByTests
{
    private static readonly RoutedFlag Half = Some.Route(50_000) with { StickyBy = "accountId" };

    [Fact]
    public void Golden_vectors_hold()
    {
        var vectors = JsonSerializer.Deserialize<Vector[]>(File.ReadAllText(Path.Combine(Folder(), "sticky-vectors.json")), JsonSerializerOptions.Web)!;

        Assert.True(vectors.Length > 80);
        Assert.All(vectors, vector =>
        {
            var table = Some.Table(Half with { Salt = vector.Salt });
            var answer = table.Ask(Read(table, $$"""{"targetingKey":"u","accountId":{{vector.Value}}}"""));
            Assert.Equal((vector.Bucket, vector.Bucket is null ? RouteError.StickyAttributeMissing : RouteError.None),
                (answer.Bucket, answer.Error));
            Assert.Equal(vector.Bucket is { } bucket && bucket < 50_000, answer.IsNew);
        });
    }

    [Fact]
    public void All_users_of_an_account_are_on_one_variant()
    {
        var table = Some.Table(Half);
        var accounts = Enumerable.Range(0, 200).Select(
            account => Enumerable.Range(0, 20).Select(user => table.Ask(User(table, $"u{account}-{user}", $"a{account}")).IsNew).Distinct().ToArray()).ToArray();

        Assert.All(accounts, answers => Assert.Single(answers));
        Assert.InRange(accounts.Count(answers => answers[0]), 70, 130);
    }

    [Fact]
    public void Account_decides_without_a_targeting_key() =>
        Assert.Equal((RouteReason.Split, RouteError.None), (Ask(Half, null, "acme").Reason, Ask(Half, null, "acme").Error));

    [Theory]
    [InlineData(0, RouteVariant.Legacy, RouteError.None)]
    [InlineData(1, RouteVariant.None, RouteError.StickyAttributeMissing)]
    [InlineData(99_999, RouteVariant.None, RouteError.StickyAttributeMissing)]
    [InlineData(100_000, RouteVariant.New, RouteError.None)]
    public void Missing_account_is_an_error_where_the_bucket_is_needed(int percentage, RouteVariant variant, RouteError error)
    {
        var answer = Ask(Half with { Percentage = Share.Of(percentage) }, "u", null);

        Assert.Equal((variant, error), (answer.Variant, answer.Error));
        Assert.Equal(error == RouteError.None ? null : "INVALID_CONTEXT", answer.Error.Name());
    }

    [Fact]
    public void Missing_account_says_which_attribute_and_a_missing_key_says_so_too()
    {
        var table = Some.Table(Half with { Included = ["s"] }, Some.Segment("s", new SegmentRule.OptedIn(), null, "member"));
        var (account, key) = (table.Ask(User(table, "u", null)), table.Ask(User(table, null, OnLegacy(table))));

        Assert.Contains("the attribute accountId", Encoding.UTF8.GetString(account.Entry!.Json(account)), StringComparison.Ordinal);
        Assert.Equal(RouteError.TargetingKeyMissing, key.Error);
        Assert.Contains("targetingKey", Encoding.UTF8.GetString(key.Entry!.Json(key)), StringComparison.Ordinal);
    }

    [Fact]
    public void User_who_may_have_been_taken_back_is_never_guessed_to_be_on_new()
    {
        var table = Some.Table(Half with { TakenBack = ["s"] }, Some.Segment("s", new SegmentRule.OptedIn(), null, "member"));

        Assert.Equal(RouteError.TargetingKeyMissing, table.Ask(User(table, null, OnNew(table))).Error);
        Assert.Equal(RouteVariant.Legacy, table.Ask(User(table, null, OnLegacy(table))).Variant);
        Assert.Equal(RouteReason.TargetingMatch, table.Ask(User(table, "member", OnNew(table))).Reason);
    }

    [Fact]
    public void Accounts_come_back_whole_after_a_stale_table()
    {
        var table = Some.Table(Half with { Percentage = Share.All });
        var trust = TableTrust.Returning(TimeSpan.FromTicks(1), TableTrust.Ramp / 2);
        var back = Enumerable.Range(0, 400).Select(account => Enumerable.Range(0, 5)
            .Select(user => Router.Route(table.Production(), "flag", User(table, $"u{account}-{user}", $"a{account}"), trust).IsNew).Distinct().ToArray()).ToArray();

        Assert.All(back, answers => Assert.Single(answers));
        Assert.InRange(back.Count(answers => answers[0]), 150, 250);
        Assert.False(Router.Route(table.Production(), "flag", User(table, "u", null), trust).IsNew);
    }

    [Fact]
    public void Explain_names_the_attribute_and_what_it_saw()
    {
        var table = Some.Table(Half with { KeepsSalt = true });
        var explained = Router.Explain(table, "production", "flag", User(table, "u", "acme"));
        var missing = Router.Explain(table, "production", "flag", User(table, "u", null));

        Assert.Equal(("accountId", "plan", table.Ask(User(table, "u", "acme")).Bucket), (explained.StickyBy, explained.Stickiness, explained.Bucket));
        Assert.Equal("bucket of accountId below 50 %", explained.Rules[^1].Rule);
        Assert.StartsWith("\"acme\": bucket ", explained.Rules[^1].Saw, StringComparison.Ordinal);
        Assert.Equal(("ERROR", "INVALID_CONTEXT", null), (missing.Reason, missing.ErrorCode, missing.Bucket));
        Assert.Contains("missing", missing.Rules[^1].Saw, StringComparison.Ordinal);
    }

    [Fact]
    public void Route_that_is_told_alone_finds_its_attribute()
    {
        var table = Some.Table(Some.Route(50_000)).With("production", Half, 43).With("production", Half with { Flag = "another", StickyBy = "team" }, 44);

        Assert.Equal(RouteReason.Split, table.Ask(User(table, "u", "acme")).Reason);
        Assert.Equal(RouteReason.Split, table.Ask(Some.User(table, null).Set("team", "t"), "another").Reason);
        Assert.Equal(RouteError.StickyAttributeMissing, table.Ask(User(table, "u", "acme"), "another").Error);
    }

    [Fact]
    public void Routing_by_an_account_allocates_nothing()
    {
        var table = Some.Table(Half);
        var user = Some.User(table, "u").Set("accountId", long.MaxValue);
        table.Ask(user);

        var before = GC.GetAllocatedBytesForCurrentThread();
        table.Ask(user);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }

    private static string OnNew(RoutingTable table) =>
        Enumerable.Range(0, 100).Select(i => $"a{i}").First(account => table.Ask(User(table, "x", account)).IsNew);

    private static string OnLegacy(RoutingTable table) =>
        Enumerable.Range(0, 100).Select(i => $"a{i}").First(account => !table.Ask(User(table, "x", account)).IsNew);

    private static RouteAnswer Ask(RoutedFlag route, string? key, string? account)
    {
        var table = Some.Table(route);
        return table.Ask(User(table, key, account));
    }

    private static EvaluationContext User(RoutingTable table, string? key, string? account) =>
        account is null ? Some.User(table, key) : Some.User(table, key).Set("accountId", account);

    private static EvaluationContext Read(RoutingTable table, string context)
    {
        var user = new EvaluationContext().Begin(table.Production());
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(context));
        reader.Read();
        Assert.True(user.Read(ref reader));
        return user;
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private sealed record Vector(string Salt, string Value, string? Key, int? Bucket);
}
