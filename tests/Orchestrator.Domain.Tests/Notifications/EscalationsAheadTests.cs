using System.Collections.Immutable;
using Orchestrator.Domain.Notifications;
using Orchestrator.Domain.Plans;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Notifications;

public sealed class EscalationsAheadTests
{
    private static readonly Plan Chain = Some.Plan("""
        channels:
          - { name: pager, kind: webhook, target: "http://127.0.0.1/pager", levels: [critical], escalateTo: boss, escalateAfter: 10m }
          - { name: boss, kind: webhook, target: "http://127.0.0.1/boss", levels: [warning], escalateTo: board, escalateAfter: 20m }
          - { name: board, kind: email, target: board@example.com, levels: [warning] }
        """);

    private static ImmutableArray<Notification> Told => Some.Told(Chain, new IncidentOpened("checkout-1-1", "critical", "bad", null));

    [Fact]
    public void Escalation_of_the_first_channel_is_due_after_its_time()
    {
        var ahead = Assert.Single(EscalationsAhead.Of(Told, Chain, Some.Start));
        Assert.Equal(("pager", "boss", Some.Start.AddMinutes(10)), (ahead.Told.Channel, ahead.To, ahead.Due));
    }

    [Fact]
    public void Escalation_that_was_sent_is_followed_by_the_next_and_the_last_by_none()
    {
        var first = PendingEscalation.Of(Told[0], Chain)!.Escalate(Chain)!.Value;
        var ahead = Assert.Single(EscalationsAhead.Of([.. Told, first.Told], Chain, Some.Start.AddMinutes(10)));
        Assert.Equal(("boss", "board", Some.Start.AddMinutes(30)), (ahead.Told.Channel, ahead.To, ahead.Due));
        var second = first.Next!.Escalate(Chain)!.Value;
        Assert.Empty(EscalationsAhead.Of([.. Told, first.Told, second.Told], Chain, Some.Start));
    }

    [Fact]
    public void Notification_that_pages_no_person_has_no_escalation()
    {
        Assert.Empty(EscalationsAhead.Of([], Chain, Some.Start));
        Assert.Empty(EscalationsAhead.Of(Some.Told(Chain, new IncidentOpened("checkout-1-1", "major", "bad", null)), Chain, Some.Start));
    }

    [Fact]
    public void Escalation_noted_while_the_clock_ran_ahead_is_due_within_its_time()
    {
        var late = EscalationsAhead.Of(Told, Chain, Some.Start - TimeSpan.FromDays(1));
        Assert.Equal(Some.Start - TimeSpan.FromDays(1) + TimeSpan.FromMinutes(10), Assert.Single(late).Due);
    }
}
