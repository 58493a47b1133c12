using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Silo.Tests.Cluster;

namespace Orchestrator.Silo.Tests.Integrity;

/// <summary>A trigger decides a rollback, and the log takes none: its silo routes by it all the same.</summary>
public sealed class UnwrittenTriggerTests
{
    [Fact]
    public async Task A_rollback_by_a_trigger_routes_before_the_log_takes_it_and_is_recorded_later()
    {
        var refusing = new RefusingLog();
        await using var silo = await Started(refusing);
        var (_, evaluation) = await Everything.Make(silo);
        Assert.True(await Everything.OnNew(silo, evaluation));

        refusing.TakesNoRollback = true;
        await Fail(silo, async () => await Everything.OnNew(silo, evaluation) == false);

        Assert.Equal("running", await Status(silo));
        Assert.Contains(await Everything.Alarms(silo.Admin), alarm => alarm.Contains("rollback of rollout r1 cannot be written", StringComparison.Ordinal));

        refusing.TakesNoRollback = false;
        await Fail(silo, async () => await Status(silo) == "rolledBack");

        Assert.False(await Everything.OnNew(silo, evaluation));
        await TestCluster.Until(
            silo.Admin, "/api/v1/nodes", nodes => !Everything.Alarms(nodes).Any(alarm => alarm.Contains("cannot be written", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_rollback_of_a_segment_by_a_trigger_routes_before_the_log_takes_it_too()
    {
        var refusing = new RefusingLog();
        await using var silo = await Started(refusing);
        var plan = Plans.Checkout.Replace("when: error_rate > 0.5%, for: 5m, action: rollback }", "when: error_rate > 0.5%, for: 5m, action: rollback-segment, segments: [beta] }", StringComparison.Ordinal);
        Assert.NotEqual(Plans.Checkout, plan);
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(plan, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        var evaluation = (await silo.NewKey("evaluation", "production")).Text;
        Assert.True(await Everything.OnNew(silo, evaluation));

        refusing.TakesNoRollback = true;
        await Fail(silo, async () => await Everything.OnNew(silo, evaluation) == false);
        Assert.DoesNotContain((await silo.Admin.GetAsync("/api/v1/rollouts/r1/events?limit=1000").Json()).GetProperty("events").EnumerateArray(), IsOfSegment);

        refusing.TakesNoRollback = false;
        await Fail(silo, async () => (await silo.Admin.GetAsync("/api/v1/rollouts/r1/events?limit=1000").Json()).GetProperty("events").EnumerateArray().Any(IsOfSegment));
        Assert.False(await Everything.OnNew(silo, evaluation));
        Assert.Equal("running", await Status(silo));

        static bool IsOfSegment(JsonElement one) => one.GetProperty("type").GetString() == "SegmentRolledBack";
    }

    private static Task<SiloHost> Started(RefusingLog refusing) => SiloHost.StartWith(services =>
    {
        var real = services.Last(service => service.ServiceType == typeof(IEventLog)).ImplementationFactory!;
        services.AddSingleton<IEventLog>(provider => refusing.Before((IEventLog)real(provider)));
    });

    private static async Task<string> Status(SiloHost silo) => (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString()!;

    /// <summary>Sends samples that break the trigger's rule, until it is so.</summary>
    private static async Task Fail(SiloHost silo, Func<Task<bool>> so)
    {
        for (var i = 0; i < 80; i++)
        {
            silo.Time.Advance(TimeSpan.FromSeconds(15));
            await silo.Admin.PostAsJsonAsync(
                "/api/v1/rollouts/r1/metrics", new { samples = new[] { new { variant = "new", counters = new { requests = 1000, errors = 6 } } } }).Json(202);
            try
            {
                await silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IRolloutGrain>("r1").Evaluate();
            }
            catch (StorageUnavailableException)
            {
                // What this is about.
            }

            if (await so())
            {
                return;
            }
        }

        Assert.Fail("Twenty minutes of failures changed nothing.");
    }

    /// <summary>The real log, which can be told to take no rollback.</summary>
    private sealed class RefusingLog : IEventLog
    {
        private IEventLog _real = null!;

        public volatile bool TakesNoRollback;

        public RefusingLog Before(IEventLog real)
        {
            _real = real;
            return this;
        }

        public Task<AppendOutcome> Append(string stream, long expectedVersion, IReadOnlyList<NewEvent> events, AppendMetadata metadata,
            CancellationToken stop = default) =>
            TakesNoRollback && events.Any(one => one.Type is "rollout.rolled_back" or "rollout.segment_rolled_back")
                ? throw new StorageUnavailableException("The disk is full.")
                : _real.Append(stream, expectedVersion, events, metadata, stop);

        public Task<IReadOnlyList<RecordedEvent>> ReadStream(
            string stream, long afterVersion = 0, int limit = int.MaxValue, CancellationToken stop = default) =>
            _real.ReadStream(stream, afterVersion, limit, stop);

        public Task<IReadOnlyList<RecordedEvent>> FindCommand(string stream, string commandId, CancellationToken stop = default) =>
            _real.FindCommand(stream, commandId, stop);

        public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int limit, CancellationToken stop = default) =>
            _real.ReadAll(afterPosition, limit, stop);

        public Task<long> Head(CancellationToken stop = default) => _real.Head(stop);

        public Task WaitForNews(long afterPosition, CancellationToken stop = default) => _real.WaitForNews(afterPosition, stop);
    }
}
