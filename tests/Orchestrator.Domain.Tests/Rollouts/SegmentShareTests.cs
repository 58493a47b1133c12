using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Notifications;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Steps that let in a share of a segment.</summary>
public sealed class SegmentShareTests
{
    private const string Text = """
        plan: small
        flag: f
        segments:
          region-eu: { title: Europe, attribute: region, equals: eu }
          region-us: { title: States, attribute: region, equals: us }
          internal: { title: Team, attribute: internal, equals: true }
        metrics:
          error_rate: { ratio: errors / requests }
        triggers:
          - { name: collapse, when: error_rate > 50%, action: rollback }
          - { name: region, when: error_rate > 2%, for: 2m, perSegment: true, action: rollback-segment }
        phases:
          - name: p
            steps:
              - { name: first, audience: [ { segment: region-eu, percentage: 5% }, { segment: internal } ], hold: 1h }
              - { name: second, audience: [ { segment: region-eu, percentage: 10% }, { segment: region-us, percentage: 5% } ], hold: 1h }
              - { name: third, percentage: 20%, audience: [ { segment: region-us, percentage: 30% } ], hold: 1h }
              - { name: fourth, percentage: 20%, segments: [region-us], hold: 1h }
              - { name: all, percentage: 100%, hold: 1h }
            success: [ error_rate < 5% over 5m ]
        """;

    private static Simulator Of(string more = "") => Some.Started(Some.Plan(Text + "\n" + more));

    private static void Drive(Simulator rollout, string until, long europe = 0)
    {
        for (var i = 0; i < 1000 && rollout.State.Step!.Name != until; i++)
        {
            Round(rollout, europe);
        }

        Assert.Equal(until, rollout.State.Step!.Name);
    }

    private static void Round(Simulator rollout, long europe)
    {
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));
        rollout.Push([Some.Sample(rollout.Now, errors: europe, segment: "region-eu"), Some.Sample(rollout.Now, segment: "region-us"),
            Some.Sample(rollout.Now, segment: "internal")]);
    }

    [Fact]
    public void Steps_raise_shares_and_events_say_so()
    {
        var rollout = Of();
        var started = Assert.Single(rollout.Of<StepStarted>());
        Assert.Equal((0m, "internal"), (started.Percentage, Assert.Single(started.Segments)));
        Assert.Equal([new SegmentPercentage("region-eu", 5)], started.Shares!);
        Assert.Equal(new SegmentShareRaised("region-eu", 0, 5, "p", "first"), Assert.Single(rollout.Of<SegmentShareRaised>()));
        Assert.Equal("all of internal, 5% of region-eu", StepAudience.Of(rollout.State).Text);
        Assert.True(rollout.State.Exposes);
        Assert.Equal((50, 0, 1000), Shares(rollout));

        Drive(rollout, "second");
        Assert.Equal(
            [new("region-eu", 5, 10, "p", "second"), new("region-us", 0, 5, "p", "second")], rollout.Of<SegmentShareRaised>()[1..]);
        Assert.Equal((100, 50, 1000), Shares(rollout));

        // Of all users 20 %: Europe has that, too.
        Drive(rollout, "third");
        Assert.Equal("20% of users and internal, 10% of region-eu, 30% of region-us", StepAudience.Of(rollout.State).Text);
        Assert.Equal((200, 300, 1000), Shares(rollout));

        Drive(rollout, "fourth");
        Assert.Equal(["region-us"], rollout.Of<SegmentsIncluded>()[^1].Segments);
        Assert.Equal([new SegmentShare("region-eu", Share.OfPercent(10))], rollout.State.Shares);
        Assert.Equal((200, 1000, 1000), Shares(rollout));
    }

    [Fact]
    public void Segment_goes_back_alone_and_is_restored_to_the_share_of_the_step()
    {
        var rollout = Of();
        Drive(rollout, "second");
        var before = OnNew(rollout, "region", "eu");
        for (var i = 0; i < 20 && rollout.State.TakenBack.IsEmpty; i++)
        {
            Round(rollout, europe: 100);
        }

        Assert.Equal("region:region-eu", Assert.Single(rollout.Of<SegmentRolledBack>()).Trigger);
        Assert.Equal((0, 50, 1000), Shares(rollout));
        Assert.Equal("all of internal, 5% of region-us", StepAudience.Of(rollout.State).Without(rollout.State.TakenBack).Text);

        rollout.Command(new Restore("fixed", ["region-eu"]), Some.Engineer);
        Assert.Equal((100, 50, 1000), Shares(rollout));
        Assert.Equal(before, OnNew(rollout, "region", "eu"));

        rollout.Command(new Rollback("all of it"), Some.Engineer);
        Assert.Equal([new("region-eu", 10), new("region-us", 5)], Assert.Single(rollout.Of<RolledBack>()).Shares!);
        Assert.Equal((0, 0, 0), Shares(rollout));
        rollout.Command(new Restore("fixed"), Some.Engineer);
        Assert.Equal((100, 50, 1000), Shares(rollout));
    }

    [Fact]
    public void Step_back_returns_to_the_shares_of_the_step_before()
    {
        var rollout = Of();
        Drive(rollout, "third");
        rollout.Command(new StepBack(null, "slow"), Some.Engineer);
        Assert.Equal((100, 50, 1000), Shares(rollout));
        Assert.Equal([new("region-eu", 10), new("region-us", 5)], Assert.Single(rollout.Of<PercentageLowered>()).Shares!);
        rollout.Command(new StepBack(null, "slower"), Some.Engineer);
        Assert.Equal((50, 0, 1000), Shares(rollout));
        Assert.Equal("first", rollout.State.Step!.Name);
    }

    [Fact]
    public void Ramp_keeps_the_shares_of_the_step_that_it_leads_to()
    {
        var rollout = Of("legacy: { capacity: 6%, per: 10m }");
        Drive(rollout, "third");
        rollout.Command(new StepBack(null, "slow"), Some.Engineer);
        Assert.Equal((Share.OfPercent(14), 2), (rollout.State.Percentage, rollout.State.Shares.Length));
        Assert.Equal((140, 140, 1000), Shares(rollout));
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromHours(1));
        Assert.Null(rollout.State.Ramp);
        Assert.Equal((100, 50, 1000), Shares(rollout));

        rollout.Command(new Rollback("slowly", null, true), Some.Engineer);
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromHours(1));
        Assert.Equal(RolloutStatus.RolledBack, rollout.State.Status);
        Assert.Equal((0, 0, 0), Shares(rollout));
    }

    [Fact]
    public void Segment_of_which_a_share_is_on_new_must_have_used_the_new_path()
    {
        var rollout = Of();
        rollout.Push([Some.Sample(rollout.Now, variant: Variant.Legacy, segment: "region-eu")]);
        rollout.Drive(TimeSpan.FromHours(2), at => Some.Sample(at, segment: "internal"));
        Assert.Equal("first", rollout.State.Step!.Name);
        Assert.Equal(["evidence"], Gates.Shut(rollout.State, rollout.Now));
    }

    [Fact]
    public void Recorded_events_without_shares_have_none()
    {
        var rollout = Some.Started();
        Assert.Null(rollout.Of<StepStarted>()[0].Shares);
        Assert.DoesNotContain("shares", System.Text.Encoding.UTF8.GetString(
            RolloutEvents.Catalog.Write(rollout.Of<StepStarted>()[0], Guid.Empty).Data.Span), StringComparison.Ordinal);
        Assert.Empty(rollout.State.Shares);
    }

    [Fact]
    public void Notices_and_retrospective_tell_shares()
    {
        var rollout = Of();
        Drive(rollout, "second");
        var plan = rollout.State.Plan;
        Assert.Equal("Up from 5% to 10% of the users of segment region-eu in phase p, step second.", Notice.Of(rollout.Of<SegmentShareRaised>()[1], plan)!.Text);
        var told = Retrospective.Of(rollout.Events, rollout.Now);
        Assert.Contains("all of internal, 10% of region-eu, 5% of region-us", told.Headline.Outcome, StringComparison.Ordinal);
        Assert.Equal([new("region-eu", 10), new("region-us", 5)], told.Phases[^1].Steps[^1].Shares!);

        rollout.Command(new Rollback("bad"), Some.Engineer);
        Assert.Contains("from all of internal, 10% of region-eu, 5% of region-us in phase p", Notice.Of(rollout.Of<RolledBack>()[0], plan)!.Text, StringComparison.Ordinal);
        rollout.Command(new Restore("good"), Some.Engineer);
        Assert.Contains("all of internal, 10% of region-eu, 5% of region-us are on new again", Notice.Of(rollout.Of<RolloutRestored>()[0], plan)!.Text, StringComparison.Ordinal);
        rollout.Command(new StepBack(null, "slow"), Some.Engineer);
        Assert.Contains("Down from 0% to all of internal, 5% of region-eu in phase p", Notice.Of(rollout.Of<PercentageLowered>()[0], plan)!.Text, StringComparison.Ordinal);
    }

    /// <summary>
    /// Of a thousand users of Europe, the States and the team, how many are on new; as the nearest share that a step gives, unless the draw
    /// is not near any.
    /// </summary>
    private static (int Europe, int States, int Team) Shares(Simulator rollout)
    {
        int[] known = [50, 100, 140, 200, 300, 1000];
        int Of(string attribute, object value)
        {
            var count = OnNew(rollout, attribute, value).Length;
            return count == 0 ? 0 : known.MinBy(one => Math.Abs(one - count)) is var nearest
                && Math.Abs(nearest - count) < 25 + (nearest / 12) ? nearest : count;
        }

        return (Of("region", "eu"), Of("region", "us"), Of("internal", true));
    }

    private static string[] OnNew(Simulator rollout, string attribute, object value)
    {
        var segments = rollout.State.Plan.Segments.Select(s => new SegmentModel(s.Key, s.Definition, MemberSet.Empty));
        var table = RoutingTable.Compile(new TableModel(1,
            [new EnvironmentModel { Name = "production", Routes = [RolloutRoutes.Of(rollout.State)], Segments = [.. segments] }])).Environment("production")!;
        return [.. Enumerable.Range(0, 1000).Select(i => $"user-{i}").Where(key =>
        {
            var user = new EvaluationContext().Begin(table).Key(key);
            return Router.Route(table, "f", value is string text ? user.Set(attribute, text) : user.Set(attribute, (bool)value)).IsNew;
        })];
    }
}
