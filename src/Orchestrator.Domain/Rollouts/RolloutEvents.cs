using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts;

/// <summary>The stored names of a rollout's events. A name, once written, never changes.</summary>
public static class RolloutEvents
{
    /// <summary>The stream of a rollout.</summary>
    public static string Stream(string rollout) => Prefix + rollout;

    /// <summary>Prefix of the streams of rollouts.</summary>
    public const string Prefix = "rollout/";

    private const string Created = "rollout.created";
    private const string Amended = "rollout.amended";

    /// <summary>True for an event that brings a plan into force, by its stored name.</summary>
    public static bool CarriesPlan(RecordedEvent recorded) => recorded.Type is Created or Amended;

    /// <summary>
    /// The plan that an event brings into force, with the settings of judging of the rollout. Only for events that carry one.
    /// </summary>
    public static Plan PlanOf(RolloutEvent happened) => happened switch
    {
        RolloutCreated e => Judged(PlanDocument.Read(e.Hash, e.Document), e.Sampling),
        RolloutAmended e => Judged(PlanDocument.Read(e.Hash, e.Document), e.Sampling),
        _ => throw new ArgumentException($"{happened.GetType().Name} carries no plan.", nameof(happened)),
    };

    private static Plan Judged(Plan plan, TimeSpan? sampling) => plan with { Judgement = RolloutEvolution.JudgementOf(plan, sampling) };

    /// <summary>All of them.</summary>
    public static EventCatalog<RolloutEvent> Catalog { get; } = new(
        (Created, 1, typeof(RolloutCreated)),
        ("rollout.started", 1, typeof(RolloutStarted)),
        ("rollout.phase_started", 1, typeof(PhaseStarted)),
        ("rollout.step_started", 1, typeof(StepStarted)),
        ("rollout.percentage_raised", 1, typeof(PercentageRaised)),
        ("rollout.segments_included", 1, typeof(SegmentsIncluded)),
        ("rollout.segment_share_raised", 1, typeof(SegmentShareRaised)),
        ("rollout.hold_waived", 1, typeof(HoldWaived)),
        ("rollout.step_completed", 1, typeof(StepCompleted)),
        ("rollout.phase_completed", 1, typeof(PhaseCompleted)),
        ("rollout.phase_overran", 1, typeof(PhaseOverran)),
        ("rollout.percentage_lowered", 1, typeof(PercentageLowered)),
        ("rollout.ramp_started", 1, typeof(RampStarted)),
        ("rollout.paused", 1, typeof(RolloutPaused)),
        ("rollout.resumed", 1, typeof(RolloutResumed)),
        ("rollout.trigger_breached", 1, typeof(TriggerBreached)),
        ("rollout.trigger_cleared", 1, typeof(TriggerCleared)),
        ("rollout.trigger_fired", 1, typeof(TriggerFired)),
        ("rollout.evidence_lost", 1, typeof(EvidenceLost)),
        ("rollout.evidence_regained", 1, typeof(EvidenceRegained)),
        ("rollout.rule_unmeasured", 1, typeof(RuleUnmeasured)),
        ("rollout.rule_measured", 1, typeof(RuleMeasured)),
        ("rollout.line_stopped", 1, typeof(LineStopped)),
        ("rollout.line_resumed", 1, typeof(LineResumed)),
        ("rollout.clock_corrected", 1, typeof(ClockCorrected)),
        ("rollout.criterion_assessed", 1, typeof(CriterionAssessed)),
        ("rollout.review_opened", 1, typeof(ReviewOpened)),
        ("rollout.review_decided", 1, typeof(ReviewDecided)),
        ("rollout.review_closed", 1, typeof(ReviewClosed)),
        ("rollout.objective_completed", 1, typeof(ObjectiveCompleted)),
        ("rollout.rolled_back", 1, typeof(RolledBack)),
        ("rollout.segment_rolled_back", 1, typeof(SegmentRolledBack)),
        ("rollout.restored", 1, typeof(RolloutRestored)),
        ("rollout.segment_restored", 1, typeof(SegmentRestored)),
        ("rollout.segment_kept_back", 1, typeof(SegmentKeptBack)),
        ("rollout.held", 1, typeof(RolloutHeld)),
        ("rollout.confirmed", 1, typeof(RolloutConfirmed)),
        ("rollout.amendment_proposed", 1, typeof(AmendmentProposed)),
        (Amended, 1, typeof(RolloutAmended)),
        ("rollout.aborted", 1, typeof(RolloutAborted)),
        ("rollout.completed", 1, typeof(RolloutCompleted)),
        ("rollout.bake_ended", 1, typeof(BakeEnded)),
        ("rollout.retired", 1, typeof(RolloutRetired)),
        ("rollout.incident_opened", 1, typeof(IncidentOpened)),
        ("rollout.propagation_confirmed", 1, typeof(PropagationConfirmed)),
        ("rollout.traffic_verified", 1, typeof(TrafficVerified)),
        ("rollout.traffic_not_verified", 1, typeof(TrafficNotVerified)),
        ("rollout.health_verified", 1, typeof(HealthVerified)),
        ("rollout.health_failed", 1, typeof(HealthFailed)),
        ("rollout.consistency_verified", 1, typeof(ConsistencyVerified)),
        ("rollout.consistency_failed", 1, typeof(ConsistencyFailed)),
        ("rollout.leg_skipped", 1, typeof(LegSkipped)),
        ("rollout.incident_escalated", 1, typeof(IncidentEscalated)),
        ("rollout.incident_acknowledged", 1, typeof(IncidentAcknowledged)),
        ("rollout.incident_resolved", 1, typeof(IncidentResolved)),
        ("rollout.alert_raised", 1, typeof(AlertRaised)),
        ("rollout.alert_resolved", 1, typeof(AlertResolved)),
        ("rollout.alerts_heard", 1, typeof(AlertsHeard)),
        ("rollout.feedback_received", 1, typeof(FeedbackReceived)));
}
