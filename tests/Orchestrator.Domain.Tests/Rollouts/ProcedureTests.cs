using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

public sealed class ProcedureTests
{
    private const string Id = "checkout-1-1";
    private static readonly Actor Follower = new(ActorKind.System, "aftermath");
    private static readonly CheckResult Good = new("ping", true, 1, TimeSpan.FromMilliseconds(3), "answered 200 after 3ms");
    private static readonly CheckResult Bad = Good with { Passed = false, Attempts = 3, Text = "answered 503 after 3ms" };

    /// <summary>Results of the steps (p passed, f failed, s nothing to check) and the status of the incident.</summary>
    public static TheoryData<string, IncidentStatus, string> Table => new()
    {
        { "ppp", IncidentStatus.Resolved, "TrafficVerified HealthVerified ConsistencyVerified IncidentResolved" },
        { "pps", IncidentStatus.Resolved, "TrafficVerified HealthVerified LegSkipped IncidentResolved" },
        { "psp", IncidentStatus.Open, "TrafficVerified LegSkipped ConsistencyVerified" },
        { "pss", IncidentStatus.Open, "TrafficVerified LegSkipped LegSkipped" },
        { "spp", IncidentStatus.Open, "LegSkipped HealthVerified ConsistencyVerified" },
        { "fpp", IncidentStatus.Escalated, "TrafficNotVerified IncidentEscalated HealthVerified ConsistencyVerified" },
        { "pfp", IncidentStatus.Escalated, "TrafficVerified HealthFailed IncidentEscalated ConsistencyVerified" },
        { "ppf", IncidentStatus.Escalated, "TrafficVerified HealthVerified ConsistencyFailed IncidentEscalated" },
        { "fff", IncidentStatus.Escalated, "TrafficNotVerified IncidentEscalated HealthFailed ConsistencyFailed" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Legs_lead_to_a_resolution_only_when_traffic_and_health_were_shown(string found, IncidentStatus status, string events)
    {
        var rollout = RolledBack();
        rollout.Command(new ReportLeg(Id, Propagated(rollout)), Follower);
        var before = rollout.Events.Count;
        foreach (var report in Reports(rollout, found))
        {
            rollout.Command(new ReportLeg(Id, report), Follower);
        }

        Assert.Equal(events, string.Join(' ', rollout.Events.Skip(before).Select(e => e.Event.GetType().Name)));
        Assert.Equal(status, Incident(rollout).Status);
        Assert.Null(Incident(rollout).Next);
        Assert.All(rollout.Of<IncidentEscalated>(), e => Assert.Contains("manual intervention required", e.Reason));
    }

    [Fact]
    public void Leg_reported_twice_happens_once_and_one_before_its_turn_is_refused()
    {
        var rollout = RolledBack();
        var health = new ReportLeg(Id, new VerificationReport.Health(rollout.Now, [Good]));
        Assert.Equal("incident.leg_order", Assert.IsType<Decision<RolloutEvent>.Refused>(rollout.Command(health, Follower)).Code);
        Assert.Equal(VerificationStep.Propagation, Incident(rollout).Next);

        Assert.Single(
            Assert.IsType<Decision<RolloutEvent>.Accepted>(rollout.Command(new ReportLeg(Id, Propagated(rollout)), Follower)).Events);
        Assert.Empty(
            Assert.IsType<Decision<RolloutEvent>.Accepted>(rollout.Command(new ReportLeg(Id, Propagated(rollout)), Follower)).Events);
        Assert.Equal(VerificationStep.Traffic, Incident(rollout).Next);
        Assert.Equal("incident.not_found", Assert.IsType<Decision<RolloutEvent>.Refused>(rollout.Command(new AcknowledgeIncident("checkout-1-9"), Some.Engineer)).Code);
    }

    [Fact]
    public void Each_leg_says_how_long_after_the_rollback_it_was_found_out()
    {
        var rollout = RolledBack();
        var at = rollout.Now;
        rollout.Command(new ReportLeg(Id, new VerificationReport.Propagated(at.AddMilliseconds(12.4), ["a", "b"])), Follower);
        rollout.AdvanceTo(at.AddSeconds(50));
        rollout.Command(new ReportLeg(Id, Traffic(rollout, VerificationOutcome.Passed)), Follower);

        Assert.Equal([TimeSpan.FromMilliseconds(12), TimeSpan.FromSeconds(50)], Incident(rollout).Legs.Select(l => l.Elapsed));
        Assert.Equal("Confirmed by 2 of 2 nodes after 12ms.", Incident(rollout).Legs[0].Text);
    }

    [Fact]
    public void Person_acknowledges_once_and_resolving_ends_the_procedure()
    {
        var rollout = RolledBack();
        rollout.Command(new AcknowledgeIncident(Id), Some.Engineer);
        rollout.Command(new AcknowledgeIncident(Id), Some.Admin);
        Assert.Equal("k-anna", Incident(rollout).Acknowledged?.By);
        Assert.Single(rollout.Of<IncidentAcknowledged>());

        rollout.Command(new ResolveIncident(Id, "looked, all is well"), Some.Engineer);
        Assert.Equal((IncidentStatus.Resolved, "k-anna"), (Incident(rollout).Status, Incident(rollout).Ended!.By));
        Assert.Empty(
            Assert.IsType<Decision<RolloutEvent>.Accepted>(rollout.Command(new ReportLeg(Id, Propagated(rollout)), Follower)).Events);
    }

    [Theory]
    [InlineData(IncidentStatus.Resolved)]
    [InlineData(IncidentStatus.Ended)]
    public void First_acknowledgement_counts_after_the_incident_too_and_changes_nothing_else(IncidentStatus over)
    {
        var rollout = RolledBack();
        rollout.Command(over == IncidentStatus.Resolved ? new ResolveIncident(Id, "looked, all is well") : new Abort("enough"), Some.Admin);
        var before = Incident(rollout);
        Assert.Equal((over, null), (before.Status, before.Acknowledged));

        rollout.AdvanceTo(rollout.Now + TimeSpan.FromHours(8));
        rollout.Command(new AcknowledgeIncident(Id), Some.Engineer);
        Assert.Equal(before with { Acknowledged = new IncidentMark("k-anna", "engineering", rollout.Now) }, Incident(rollout));
        Assert.Equal("k-anna", Assert.Single(Retrospective.Of(rollout.Events).Incidents).Acknowledged?.By);
        Assert.Empty(Assert.IsType<Decision<RolloutEvent>.Accepted>(rollout.Command(new AcknowledgeIncident(Id), Some.Admin)).Events);
    }

    [Fact]
    public void Restore_and_abort_end_the_procedure_where_it_stands()
    {
        foreach (var end in (RolloutCommand[])[new Restore("false alarm"), new Abort("enough")])
        {
            var rollout = RolledBack();
            rollout.Command(new ReportLeg(Id, Propagated(rollout)), Follower);
            rollout.Command(end, Some.Engineer);
            Assert.Equal((IncidentStatus.Ended, null), (Incident(rollout).Status, Incident(rollout).Next));
            Assert.Empty(Assert.IsType<Decision<RolloutEvent>.Accepted>(
                rollout.Command(new ReportLeg(Id, Traffic(rollout, VerificationOutcome.Failed)), Follower)).Events);
        }
    }

    [Fact]
    public void Segments_taken_back_have_their_own_procedure_until_all_are_restored()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.Command(new Rollback("bad in two places", ["eu", "beta"]), Some.Engineer);
        Assert.Equal(["eu", "beta"], Incident(rollout).Undone!.Segments.AsEnumerable());
        rollout.Command(new Restore("eu is well", ["eu"]), Some.Engineer);
        Assert.Equal(VerificationStep.Propagation, Incident(rollout).Next);
        rollout.Command(new Rollback("now everywhere"), Some.Engineer);
        rollout.Command(new Restore("well again"), Some.Engineer);
        Assert.Equal([IncidentStatus.Open, IncidentStatus.Ended], rollout.State.Incidents.Select(i => i.Status));
        rollout.Command(new Restore("beta too", ["beta"]), Some.Engineer);
        Assert.All(rollout.State.Incidents, i => Assert.Equal(IncidentStatus.Ended, i.Status));
    }

    private static Simulator RolledBack()
    {
        var rollout = Some.Started();
        rollout.Command(new Rollback("bad"), Some.Engineer);
        return rollout;
    }

    private static Incident Incident(Simulator rollout) => rollout.State.Incidents[0];

    private static IEnumerable<VerificationReport> Reports(Simulator rollout, string found) =>
    [
        Traffic(rollout,
            found[0] switch { 'p' => VerificationOutcome.Passed, 'f' => VerificationOutcome.Failed, _ => VerificationOutcome.Skipped }),
        new VerificationReport.Health(rollout.Now, Checks(found[1])),
        new VerificationReport.Consistency(rollout.Now, Checks(found[2])),
    ];

    private static CheckResult[] Checks(char found) => found switch { 'p' => [Good, Good], 'f' => [Good, Bad], _ => [] };

    private static VerificationReport.Propagated Propagated(Simulator rollout) => new(rollout.Now, ["node"]);

    private static VerificationReport.Traffic Traffic(Simulator rollout, VerificationOutcome outcome) =>
        new(rollout.Now, outcome, 0, 7, 0, 900, "seen");
}
