using System.Runtime.CompilerServices;
using System.Text.Json;
using Orchestrator.Client.Table;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Client.Tests;

public sealed class HotPathTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void Golden_vectors_hold()
    {
        var vectors = JsonSerializer.Deserialize<Vector[]>(File.ReadAllText(Path.Combine(Folder(), "../Orchestrator.Domain.Tests/Routing/bucket-vectors.json")), JsonSerializerOptions.Web)!;

        Assert.True(vectors.Length > 100);
        Assert.All(vectors, vector =>
        {
            Assert.True(Router(Split(vector.Salt, vector.Bucket + 1)).Route("flag", new RolloutUser(vector.Key)).IsNew);
            Assert.False(Router(Split(vector.Salt, vector.Bucket)).Route("flag", vector.Key).IsNew);
        });
    }

    [Fact]
    public void Routing_allocates_nothing()
    {
        var router = Router(Split("9f3b2c71", 25_000) with { Included = ["beta"] });
        var user = new RolloutUser("user-1").With("group", "general");
        router.Route("flag", user);
        router.Route("flag", "user-2");

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            router.Route("flag", user);
            router.Route("flag", "user-2");
            router.Route("no such flag", user);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Grant_ends_on_the_system_clock()
    {
        var holder = Holder(TimeProvider.System, TimeSpan.FromMilliseconds(300), Split("9f3b2c71", 100_000));
        var router = new TableRouter(holder);

        await Eventually.Until(() => router.Route("flag", "user-1").Reason == RouteReason.Stale);

        Assert.False(router.Route("flag", "user-1").IsNew);
    }

    [Fact]
    public void User_told_more_is_another_user()
    {
        var router = Router(Split("9f3b2c71", 0) with { Included = ["beta"] });
        var user = new RolloutUser("user-1");
        Assert.False(router.Route("flag", user).IsNew);

        Assert.True(router.Route("flag", user.With("group", "beta")).IsNew);
        Assert.False(router.Route("flag", user.With("group", (string?)null)).IsNew);
    }

    [Theory]
    [InlineData(2, 1, true)]
    [InlineData(1, 43, true)]
    [InlineData(1, 42, true)]
    [InlineData(1, 41, false)]
    public void Table_is_applied_only_if_it_is_newer(long timeline, long position, bool applied)
    {
        var holder = Holder(TimeProvider.System, Hour, Split("9f3b2c71", 0));

        holder.Accept(
            TimeProvider.System.ReadClocks(), new TableReply(timeline, position, Hour, TimeSpan.Zero, "\"b\"", Document(Split("9f3b2c71", 100_000))));

        Assert.Equal(applied, new TableRouter(holder).Route("flag", "u").IsNew);
    }

    [Fact]
    public void Node_behind_this_table_that_read_the_head_later_shows_a_cut_log()
    {
        var clocks = new Silo.Tests.Lease.TwoClocks();
        var holder = Holder(clocks, Hour, Split("9f3b2c71", 100_000));
        clocks.Advance(TimeSpan.FromSeconds(5));

        // Its reading may be from before this table came: it may just be slow.
        holder.Accept(clocks.ReadClocks(), new TableReply(1, 41, Hour, TimeSpan.FromSeconds(5), "\"b\"", Document(Split("9f3b2c71", 0))));
        Assert.True(new TableRouter(holder).Route("flag", "u").IsNew);

        holder.Accept(clocks.ReadClocks(), new TableReply(1, 41, Hour, TimeSpan.FromSeconds(1), "\"b\"", Document(Split("9f3b2c71", 0))));
        Assert.Equal(RouteReason.Stale, new TableRouter(holder).Route("flag", "u").Reason);
        Assert.Contains("lost its end", new TableRouter(holder).Status.Problem, StringComparison.Ordinal);

        holder.Accept(clocks.ReadClocks(), new TableReply(2, 1, Hour, TimeSpan.Zero, "\"c\"", Document(Split("9f3b2c71", 100_000))));
        clocks.Advance(TableTrust.Ramp);
        Assert.True(new TableRouter(holder).Route("flag", "u").IsNew);
    }

    [Fact]
    public void Unwatched_rollout_is_on_legacy()
    {
        var holder = Holder(TimeProvider.System, Hour, Split("9f3b2c71", 100_000) with { OnUnwatched = Domain.Plans.UnwatchedPolicy.Legacy });
        var document = Document(Split("9f3b2c71", 100_000) with { OnUnwatched = Domain.Plans.UnwatchedPolicy.Legacy });

        holder.Accept(
            TimeProvider.System.ReadClocks(), new TableReply(1, 42, Hour, TimeSpan.Zero, "\"b\"", (byte[])[.. document[..^1], .. ",\"unwatched\":[\"r1\"]}"u8]));

        Assert.Equal(RouteReason.Stale, new TableRouter(holder).Route("flag", "u").Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"format":5,"environment":"production","flags":[],"segments":[]}""")]
    [InlineData("""{"format":2,"environment":"production","flags":[{"key":"a"}],"segments":[]}""")]
    public void Document_that_cannot_be_read_changes_nothing(string document)
    {
        var holder = Holder(TimeProvider.System, Hour, Split("9f3b2c71", 100_000));
        var before = holder.Current;

        Assert.Throws<FormatException>(() => holder.Accept(
            TimeProvider.System.ReadClocks(),
            new TableReply(1, 43, Hour, TimeSpan.Zero, "\"b\"", System.Text.Encoding.UTF8.GetBytes(document))));

        Assert.Same(before, holder.Current);
    }

    internal static TableHolder Holder(TimeProvider time, TimeSpan granted, params RoutedFlag[] routes)
    {
        var holder = new TableHolder(time);
        holder.Accept(time.ReadClocks(), new TableReply(1, 42, granted, TimeSpan.Zero, "\"a\"", Document(routes)));
        return holder;
    }

    internal static RoutedFlag Split(string salt, int percentage, string flag = "flag") => new()
    {
        Flag = flag,
        Rollout = "r1",
        RolloutVersion = 7,
        Salt = salt,
        Mode = RouteMode.Split,
        Percentage = Share.Of(percentage),
        Phase = "gradual",
        Step = "ten",
    };

    private static TableRouter Router(params RoutedFlag[] routes) => new(Holder(TimeProvider.System, Hour, routes));

    internal static byte[] Document(params RoutedFlag[] routes)
    {
        var beta = new SegmentDefinition(null, new SegmentRule.Attribute("group", new AttributeTest.EqualTo(AttributeValue.Of("beta"))));
        var model = new EnvironmentModel { Name = "production", Routes = [.. routes], Segments = [new SegmentModel("beta", beta, MemberSet.Empty)] };
        return TableDocument.Write(RoutingTable.Empty.With(model, 1).Environment("production"), "production", static _ => false).ToArray();
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private sealed record Vector(string Salt, string Key, long Hash, int Bucket);
}
