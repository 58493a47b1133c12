using System.Diagnostics;
using Orchestrator.Client.Table;

namespace Orchestrator.Client.Tests;

public sealed class TracingTests
{
    [Fact]
    public void Answer_is_an_event_of_the_current_activity_by_convention()
    {
        var router = new TableRouter(HotPathTests.Holder(TimeProvider.System, TimeSpan.FromHours(1), HotPathTests.Split("9f3b2c71", 100_000)));
        using var activity = new Activity("request") { IsAllDataRequested = true }.Start();

        Assert.True(router.Route("flag", "user-1").Traced("flag").IsNew);
        router.Route("other", "user-1").Traced("other");

        var events = activity.Events.ToArray();
        Assert.All(events, one => Assert.Equal("feature_flag.evaluation", one.Name));
        Assert.Equal(
            [("error.type", null), ("feature_flag.key", "flag"), ("feature_flag.provider.name", "rollout-orchestrator"), ("feature_flag.result.reason", "static"),
                ("feature_flag.result.variant", "new"), ("feature_flag.set.id", "r1"), ("feature_flag.version", "7")],
            events[0].Tags.Append(new("error.type", null)).Select(tag => (tag.Key, tag.Value as string))
                .OrderBy(tag => tag.Key, StringComparer.Ordinal));
        Assert.Contains(new KeyValuePair<string, object?>("error.type", "flag_not_found"), events[1].Tags);
    }

    [Fact]
    public void Activity_that_is_not_recorded_gets_nothing()
    {
        using var activity = new Activity("request").Start();
        activity.IsAllDataRequested = false;

        RouteResult.NotReady.Traced("flag");

        Assert.Empty(activity.Events);
    }
}
