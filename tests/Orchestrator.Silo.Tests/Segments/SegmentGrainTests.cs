using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;
using Orchestrator.Silo.Tests.Lease;

namespace Orchestrator.Silo.Tests.Segments;

public sealed class SegmentGrainTests
{
    [Fact]
    public async Task Segment_answers_the_variant_the_rollout_and_the_users_place_with_its_rules()
    {
        await using var silo = await SiloHost.Start();
        await SegmentPlan.Begin(silo.Admin);

        var answer = await silo.Beta().Ask(SegmentPlan.Flag, SegmentPlan.Pro);

        Assert.Equal(("new", "TARGETING_MATCH", "true", true), (answer.Variant, answer.Reason, answer.Value, answer.IsNew));
        var question = new { flag = SegmentPlan.Flag, context = new { targetingKey = "ann", plan = "pro" } };
        var explained = await silo.Admin.PostAsJsonAsync("/api/v1/environments/production/explain", question).Json();
        Assert.Equal(
            ("r1", explained.GetProperty("rolloutVersion").GetInt64(), "all", "beta-users", "beta"),
            (answer.Rollout, answer.Version, answer.Phase, answer.Step, answer.DecidedBy));
        Assert.Equal((true, silo.Services.GetRequiredService<IWorld>().Current.Position), (answer.Belongs, answer.Position));
        Assert.Equal(
            [("beta: plan equals \"pro\"", true, "\"pro\""), ("beta: opted in", false, "not a member")],
            answer.Rules.Select(one => (one.Rule, one.Matched, one.Saw)));
        Assert.InRange(answer.GoodFor!.Value, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(10));

        var other = await silo.Beta("europe").Ask(SegmentPlan.Flag, SegmentPlan.Pro);
        Assert.Equal(("new", "beta", false), (other.Variant, other.DecidedBy, other.Belongs));
        var alone = await silo.Beta().Ask(null, SegmentPlan.Pro);
        Assert.Equal((null, null, null, true, false), (alone.Variant, alone.Reason, alone.ErrorCode, alone.Belongs, alone.IsNew));
    }

    [Fact]
    public async Task Errors_have_the_codes_and_the_words_of_OFREP()
    {
        await using var silo = await SiloHost.Start();
        await SegmentPlan.Begin(silo.Admin);
        using var ofrep = await silo.NewClient("evaluation", "production");

        foreach (var (flag, status) in ((string, int)[])[("none", 404), (SegmentPlan.Flag, 400)])
        {
            var told = await ofrep.PostAsJsonAsync($"/ofrep/v1/evaluate/flags/{flag}", new { context = new { } }).Json(status);
            var answer = await silo.Beta().Route(flag, new RouteContext());
            Assert.Equal(
                (told.GetProperty("errorCode").GetString(), told.GetProperty("errorDetails").GetString(), "ERROR", null, false),
                (answer.ErrorCode, answer.ErrorDetails, answer.Reason, answer.Variant, answer.IsNew));
        }

        var unknown = await silo.Beta("none").Route(SegmentPlan.Flag, SegmentPlan.Pro);
        Assert.Equal(
            ("SEGMENT_NOT_FOUND", "Environment production has no segment none.", null),
            (unknown.ErrorCode, unknown.ErrorDetails, unknown.Variant));
        var nowhere = silo.Services.GetRequiredService<Orleans.IGrainFactory>().GetGrain<ISegmentRouter>("nowhere");
        Assert.Equal("SEGMENT_NOT_FOUND", (await nowhere.Route(SegmentPlan.Flag, SegmentPlan.Pro)).ErrorCode);
        var large = await silo.Beta().Route(SegmentPlan.Flag, RouteContext.Of("ann").With("plan", new string('x', 64 * 1024)));
        Assert.Equal(("GENERAL", "The context is larger than 64 KiB.", null), (large.ErrorCode, large.ErrorDetails, large.Variant));
        var full = await silo.Beta().Route(SegmentPlan.Flag, RouteContext.Of("ann").With("plan", new string('x', (64 * 1024) - 8)));
        Assert.Equal((null, "legacy"), (full.ErrorCode, full.Variant));
    }

    [Fact]
    public async Task Question_is_answered_while_an_append_to_the_segment_is_held()
    {
        var log = new WatchedLog("segment/production/beta");
        await using var silo = await SiloHost.StartWith(services => WatchedLog.Put(services, log));
        await SegmentPlan.Begin(silo.Admin);
        log.Hold();
        var change = silo.Admin.PostAsJsonAsync("/api/v1/segments/production/beta/members", new { add = new[] { "bob" } });
        await log.Reached.WaitAsync(SiloHost.Patience);

        var meanwhile = await silo.Beta().Ask(SegmentPlan.Flag, RouteContext.Of("bob")).WaitAsync(SiloHost.Patience);
        Assert.Equal(("legacy", false, false), (meanwhile.Variant, meanwhile.Belongs, change.IsCompleted));

        log.Release();
        await change.Json();
        var afterwards = await silo.Beta().Ask(SegmentPlan.Flag, RouteContext.Of("bob"));
        Assert.Equal(("new", true), (afterwards.Variant, afterwards.Belongs));
    }

    [Fact]
    public async Task Question_reads_nothing_of_the_segments_stream()
    {
        var log = new WatchedLog("segment/production/beta");
        await using var silo = await SiloHost.StartWith(services => WatchedLog.Put(services, log));
        await SegmentPlan.Begin(silo.Admin);
        await silo.Restart();
        var read = log.Read;

        Assert.Equal("new", (await silo.Beta().Ask(SegmentPlan.Flag, SegmentPlan.Pro)).Variant);

        Assert.Equal(read, log.Read);
        await silo.Admin.PostAsJsonAsync("/api/v1/segments/production/beta/members", new { add = new[] { "bob" } }).Json();
        Assert.True(log.Read > read, "a change loads what it decides on");
        Assert.True((await silo.Beta().Ask(SegmentPlan.Flag, RouteContext.Of("bob"))).IsNew);
    }

    [Fact]
    public async Task Answer_is_legacy_past_the_lease_and_comes_back_as_that_of_OFREP_does()
    {
        await using var cut = await CutOffSilo.Start();
        await cut.Silo.Admin.PutAsJsonAsync("/api/v1/segments/production/beta", new { attribute = "plan", equals = "pro" }).Json();
        await Agree(cut, "new", "STATIC");
        cut.Reading = _ => throw new TimeoutException("the database is away");

        cut.Clocks.Advance(CutOffSilo.Lease - cut.Node.Age!.Value);
        await Agree(cut, "new", "STATIC");
        cut.Clocks.Advance(TimeSpan.FromTicks(1));
        var stale = await Agree(cut, "legacy", "STALE");
        Assert.Equal((null, true), (stale.GoodFor, stale.TableAge > CutOffSilo.Lease));

        cut.Reading = head => head;
        cut.Node.Read();
        await Agree(cut, "legacy", "STALE");
        cut.Pass(30);
        await Agree(cut, "new", "STATIC");
    }

    [Fact]
    public async Task Answer_is_legacy_while_the_rollout_is_unwatched()
    {
        await using var cut = await CutOffSilo.Start();
        await cut.Silo.Admin.PutAsJsonAsync("/api/v1/segments/production/beta", new { attribute = "plan", equals = "pro" }).Json();
        var guards = cut.Silo.Services.GetRequiredService<GuardFollower>();
        cut.Guarded = false;
        for (var passed = 0; passed <= 35; passed += 5)
        {
            cut.Pass(5);
            await guards.Read(default);
        }

        await Agree(cut, "legacy", "STALE");

        cut.Guarded = true;
        await cut.Silo.Services.GetRequiredService<IGuardStore>().Renew(["r1"]);
        await guards.Read(default);
        await Agree(cut, "new", "STATIC");
    }

    [Fact]
    public async Task Answers_count_as_served()
    {
        await using var silo = await SiloHost.Start();
        await SegmentPlan.Begin(silo.Admin);
        await silo.Beta().Ask(SegmentPlan.Flag, SegmentPlan.Pro);
        await silo.Beta().Ask(SegmentPlan.Flag, RouteContext.Of("bob"));
        await silo.Beta().Ask(null, SegmentPlan.Pro);

        var table = silo.Services.GetRequiredService<IRoutingTables>().Current.Environment("production")!;
        Assert.True(table.TryFind(SegmentPlan.Flag, out var flag));

        Assert.Equal((1, 1), (flag.Served!.Of(Domain.Routing.RouteVariant.New), flag.Served.Of(Domain.Routing.RouteVariant.Legacy)));
    }

    private static async Task<SegmentAnswer> Agree(CutOffSilo cut, string variant, string reason)
    {
        var answer = await cut.Silo.Beta().Ask("useNewCheckout", RouteContext.Of("user-1"), cut.Clocks);
        Assert.Equal((variant, reason), (answer.Variant, answer.Reason));
        Assert.Equal(await cut.Ask("user-1"), (answer.Variant, answer.Reason));
        return answer;
    }
}
