using System.Net.Http.Json;
using Orchestrator.Silo.Tests.Cluster;

namespace Orchestrator.Silo.Tests.Integrity;

/// <summary>Streams of every kind, changed in every way in the real file: each is found, named, and holds what hangs on it.</summary>
public sealed class TamperedLogTests
{
    [Theory]
    [InlineData(Change.Edit, 2)]
    [InlineData(Change.Drop, 2)]
    [InlineData(Change.Reorder, 2)]
    [InlineData(Change.Insert, 3)]
    public async Task A_start_finds_a_changed_stream_of_every_kind_and_holds_it(Change change, long version)
    {
        await using var silo = await SiloHost.Start();
        var (_, evaluation) = await Everything.Make(silo);
        Assert.True(await Everything.OnNew(silo, evaluation));
        Assert.True((await silo.Admin.GetAsync("/api/v1/verify").Json()).GetProperty("intact").GetBoolean());
        var checkpoint = await silo.Admin.GetStringAsync("/api/v1/checkpoint");

        await silo.Stopped(folder =>
        {
            foreach (var stream in Everything.Streams)
            {
                Tampering.Sqlite(folder, stream, change);
            }
        });

        var alarms = await Everything.Alarms(silo.Admin);
        Assert.All(Everything.Streams, stream => Assert.Contains(alarms, alarm => alarm.Contains($"Stream {stream} was changed", StringComparison.Ordinal)));
        var verified = await silo.Admin.GetAsync("/api/v1/verify").Json();
        Assert.Equal(Everything.Streams, Everything.Broken(verified));
        Assert.All(verified.GetProperty("broken").EnumerateArray(), one => Assert.Equal(version, one.GetProperty("version").GetInt64()));
        Assert.True(verified.GetProperty("firstBroken").GetProperty("position").GetInt64() > 0);
        foreach (var path in Everything.Verifications)
        {
            var one = await silo.Admin.GetAsync($"/api/v1/{path}").Json();
            Assert.Equal((false, version), (one.GetProperty("intact").GetBoolean(), one.GetProperty("firstBroken").GetInt64()));
        }

        var compared = await silo.Admin.PostAsync("/api/v1/checkpoint/verify", Answers.Text(checkpoint)).Json();
        Assert.False(compared.GetProperty("intact").GetBoolean());
        Assert.True(compared.GetProperty("signed").GetBoolean());
        Assert.Equal(5, compared.GetProperty("missing").GetArrayLength());
        Assert.Equal("log.changed", await silo.Admin.GetAsync("/api/v1/checkpoint").Problem(409));

        // The key of the environment is the first event; the one for evaluation comes after the break.
        Assert.Equal(401, (int)(await silo.As(evaluation).GetAsync("/api/v1/nodes")).StatusCode);
        Assert.Equal("stream.broken", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Problem(409));
        Assert.Equal("access.broken", await silo.Admin.PostAsJsonAsync("/api/v1/keys", new { name = "k", role = "admin" }).Problem(409));
    }

    [Fact]
    public async Task A_viewer_edited_into_an_admin_gains_nothing()
    {
        await using var silo = await SiloHost.Start();
        var (viewer, _) = await Everything.Make(silo);

        await silo.Stopped(folder => Tampering.Sqlite(
            folder, """UPDATE events SET data = CAST(replace(CAST(data AS TEXT), '"role":"viewer"', '"role":"admin"') AS BLOB) WHERE stream = 'access' AND version = 2"""));

        using var former = silo.As(viewer);
        Assert.Equal("access.unknown_key", await former.PostAsJsonAsync("/api/v1/keys", new { name = "mine", role = "admin" }).Problem(401));
        Assert.Single(await Everything.Alarms(silo.Admin), alarm => alarm.Contains("Stream access", StringComparison.Ordinal));
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        Assert.Equal("access.broken", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/restore", new { reason = "good" }).Problem(409));
    }

    [Theory]
    [InlineData("DELETE FROM events WHERE stream = 'access' AND type = 'access.key_revoked'")]
    [InlineData("UPDATE events SET data = CAST(CAST(data AS TEXT) || ' ' AS BLOB) WHERE stream = 'access' AND version = 4")]
    public async Task A_revoked_key_never_moves_a_rollout_forward_again(string sql)
    {
        await using var silo = await SiloHost.Start();
        var (id, text) = await silo.NewKey("engineering");
        await Everything.Make(silo);
        (await silo.Admin.DeleteAsync($"/api/v1/keys/{id}")).EnsureSuccessStatusCode();
        await silo.NewKey("viewer");

        await silo.Stopped(folder => Tampering.Sqlite(folder, sql));

        using var revoked = silo.As(text);
        var answer = await revoked.PostAsJsonAsync("/api/v1/rollouts/r1/advance", new { reason = "on" });
        Assert.Contains((int)answer.StatusCode, (int[])[401, 409]);
        Assert.Equal(sql.StartsWith("UPDATE", StringComparison.Ordinal) ? 401 : 409, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("rollout/r1", "UPDATE events SET data = CAST(replace(CAST(data AS TEXT), 'useNewCheckout', 'useNewCheckouT') AS BLOB) WHERE stream = 'rollout/r1' AND version = 1")]
    [InlineData("rollout/r1", "UPDATE events SET at = at + 1 WHERE stream = 'rollout/r1' AND version = 3")]
    [InlineData("rollout/r1", "UPDATE events SET id = x'00' WHERE stream = 'rollout/r1' AND version = 2")]
    [InlineData("rollout/r1", "UPDATE events SET hash = zeroblob(0) WHERE stream = 'rollout/r1' AND version = 2")]
    [InlineData("rollout/r1", "UPDATE events SET at = 9223372036854775807 WHERE stream = 'rollout/r1' AND version = 2")]
    [InlineData("rollout/r1", "UPDATE events SET data = x'ff00' WHERE stream = 'rollout/r1' AND version = 1")]
    [InlineData("segment/production/beta", "UPDATE events SET actor_id = 'x' WHERE stream = 'segment/production/beta' AND version = 1")]
    public async Task A_broken_rollout_or_segment_puts_no_user_on_new(string stream, string sql)
    {
        await using var silo = await SiloHost.Start();
        var (_, evaluation) = await Everything.Make(silo);
        Assert.True(await Everything.OnNew(silo, evaluation));

        await silo.Stopped(folder => Tampering.Sqlite(folder, sql));

        Assert.NotEqual(true, await Everything.OnNew(silo, evaluation));
        Assert.Equal([stream], Everything.Broken(await silo.Admin.GetAsync("/api/v1/verify").Json()));
    }

    [Fact]
    public async Task A_plan_that_was_changed_starts_nothing_and_its_running_rollout_goes_on()
    {
        await using var silo = await SiloHost.Start();
        var (_, evaluation) = await Everything.Make(silo);

        await silo.Stopped(folder => Tampering.Sqlite(folder, "plan/checkout", Change.Edit));

        Assert.Equal("stream.broken", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r2", plan = "checkout", environment = "staging" }).Problem(409));
        Assert.Equal("stream.broken", await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(
            Plans.Checkout.Replace("The new", "Another", StringComparison.Ordinal), "application/yaml")).Problem(409));
        Assert.True(await Everything.OnNew(silo, evaluation));
    }

    [Theory]
    [InlineData(Change.Edit)]
    [InlineData(Change.Drop)]
    [InlineData(Change.Cut)]
    public async Task What_is_changed_while_the_node_runs_is_found_by_verify_and_held_at_once(Change change)
    {
        await using var silo = await SiloHost.Start();
        var (_, evaluation) = await Everything.Make(silo);
        Assert.True(await Everything.OnNew(silo, evaluation));

        Tampering.Sqlite(silo.Folder, "rollout/r1", change);

        Assert.Equal(["rollout/r1"], Everything.Broken(await silo.Admin.GetAsync("/api/v1/verify").Json()));
        Assert.False(await Everything.OnNew(silo, evaluation));
        Assert.Equal("stream.broken", await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/pause", new { }).Problem(409));
        Assert.Single(await Everything.Alarms(silo.Admin), alarm => alarm.Contains("rollout/r1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_background_pass_finds_a_change_without_a_request()
    {
        await using var silo = await SiloHost.Start(settings: "--Orchestrator:Integrity:Every=1s");
        var (_, evaluation) = await Everything.Make(silo);
        Tampering.Sqlite(silo.Folder, "rollout/r1", Change.Edit);

        await TestCluster.Until(
            silo.Admin, "/api/v1/nodes", nodes => Everything.Alarms(nodes).Any(alarm => alarm.Contains("Stream rollout/r1 was changed", StringComparison.Ordinal)));

        Assert.False(await Everything.OnNew(silo, evaluation));
    }
}
