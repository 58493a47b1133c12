using System.Text.Json.Serialization;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Alerts;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.People;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Commands on a rollout. People, timers, metrics and alerts all come in here.</summary>
public abstract partial record RolloutCommand
{
    private RolloutCommand()
    {
    }

    /// <summary>Creates it: one execution of one plan revision in one environment.</summary>
    /// <param name="Rollout">Id of the rollout.</param>
    /// <param name="Plan">The plan, read and checked.</param>
    /// <param name="Revision">Revision of the plan.</param>
    /// <param name="Environment">Name of the environment.</param>
    /// <param name="Salt">Drawn once; decides the buckets of users for the rollout's whole life.</param>
    /// <param name="SamplingFloor">Least sampling interval: under an accelerated clock samples cannot come as often as the plan expects;
    /// zero at speed 1.</param>
    public sealed record Create(string Rollout, Plan Plan, int Revision, string Environment, string Salt, TimeSpan SamplingFloor = default)
        : RolloutCommand;

    /// <summary>created → running, at the first step.</summary>
    /// <param name="LineStopped">Reason why the environment's line is stopped; null while it runs.</param>
    /// <param name="Reason">Reason.</param>
    /// <param name="LineStoppedBy">Id of the key or person that stopped it.</param>
    public sealed record Start(string? LineStopped = null, string? Reason = null, string? LineStoppedBy = null) : RolloutCommand;

    /// <summary>Freezes advancing and timers, not exposure.</summary>
    public sealed record Pause(string? Reason) : RolloutCommand;

    /// <summary>Resumes; the time paused does not count.</summary>
    public sealed record Resume(string? Reason) : RolloutCommand;

    /// <summary>Ends the hold early. Evidence and people still count, unless overridden: then a second person must approve.</summary>
    /// <param name="Step">The step to leave; a repeated command after it was left changes nothing. Null for the current one.</param>
    /// <param name="Override">Requests to pass a failing gate.</param>
    /// <param name="Reason">Required for an override.</param>
    public sealed record Advance(string? Step, bool Override, string? Reason) : RolloutCommand
    {
        /// <summary>The newest look at the windows in this step; null when there was none, and then no rule had data.</summary>
        public Observation? Seen { get; init; }
    }

    /// <summary>To the step before, and hold there until resumed.</summary>
    public sealed record StepBack(string? Step, string? Reason) : RolloutCommand;

    /// <summary>Rolls back to legacy: everyone, or the segments named.</summary>
    /// <param name="Reason">Reason.</param>
    /// <param name="Segments">Segments to roll back; null for everyone.</param>
    /// <param name="Ramp">True for the speed that the plan gives for legacy, not at once.</param>
    public sealed record Rollback(string Reason, string[]? Segments = null, bool Ramp = false) : RolloutCommand;

    /// <summary>Undoes a rollback: to the step it left, or the segments named.</summary>
    public sealed record Restore(string Reason, string[]? Segments = null, string? LineStopped = null, string? LineStoppedBy = null)
        : RolloutCommand;

    /// <summary>Leaves these segments on legacy: they no longer hold the end of the rollout.</summary>
    public sealed record KeepBack(string Reason, string[] Segments) : RolloutCommand;

    /// <summary>Ends a completed rollout's decision of its flag.</summary>
    /// <param name="Reason">Reason.</param>
    /// <param name="Expected">JSON that the person expects everyone to get from now on; null when they give none.</param>
    /// <param name="Static">JSON of the flag's static value in the environment; null when it has none.</param>
    /// <param name="Successor">The rollout of the same flag that starts; null when a person retires this one.</param>
    public sealed record Retire(string Reason, string? Expected = null, string? Static = null, string? Successor = null) : RolloutCommand;

    /// <summary>Keeps everyone at legacy until a person confirms: a backup was restored, and later events are unknown.</summary>
    /// <param name="Timeline">The timeline that the restore began.</param>
    /// <param name="Reason">Reason.</param>
    public sealed record Hold(long Timeline, string Reason) : RolloutCommand;

    /// <summary>Confirms after a restore of a backup: this rollout is where it should be, and continues.</summary>
    public sealed record Confirm(string Reason) : RolloutCommand;

    /// <summary>Amends the rollout to a corrected plan, for the same users. A looser one waits for a second person.</summary>
    /// <param name="Plan">The plan, read and checked.</param>
    /// <param name="Revision">Revision of the plan.</param>
    /// <param name="Reason">Reason.</param>
    /// <param name="SamplingFloor">As in <see cref="Create"/>.</param>
    public sealed record Amend(Plan Plan, int Revision, string Reason, TimeSpan SamplingFloor = default) : RolloutCommand;

    /// <summary>Ends the rollout for ever at legacy.</summary>
    public sealed record Abort(string Reason) : RolloutCommand;

    /// <summary>Decides go or no-go.</summary>
    /// <param name="Review">Id of the review.</param>
    /// <param name="Approve">True for go.</param>
    /// <param name="Reason">Reason.</param>
    /// <param name="EvidenceHash">Hash of the evidence that the person saw; null for the current one.</param>
    /// <param name="Origin">Origin of the person's key; null when the person is known by themselves.</param>
    /// <param name="Asker">Origin of the key that requested an override; null as with <paramref name="Origin"/>.</param>
    public sealed record DecideReview(
        string Review, bool Approve, string? Reason, string? EvidenceHash = null, KeyOrigin? Origin = null, KeyOrigin? Asker = null)
            : RolloutCommand;

    /// <summary>Ticks an objective.</summary>
    public sealed record CompleteObjective(string Objective, string? Reason = null) : RolloutCommand;

    /// <summary>A message of the monitoring system about alerts that the plan reads.</summary>
    public sealed record ReportAlerts(AlertMessage Message) : RolloutCommand;

    /// <summary>Reports feedback of users. Carries no text: that may hold personal data.</summary>
    public sealed record ReportFeedback(string Kind, int Count) : RolloutCommand;

    /// <summary>Judges an observation; without one, only changes by time (reviews due, expiries).</summary>
    /// <param name="Entry">The step entry (<see cref="RolloutState.Entry"/>) it was taken for. One taken for another step is not evidence for this one.</param>
    /// <param name="Observation">The observation; null for time alone.</param>
    /// <param name="LineStopped">Reason why the environment's line is stopped; null while it runs.</param>
    /// <param name="LineStoppedBy">Id of the key or person that stopped it; null while it runs, and when no person did.</param>
    public sealed record Observe(long Entry, Observation? Observation, string? LineStopped = null, string? LineStoppedBy = null)
        : RolloutCommand
    {
        /// <summary>Counts of users at hand, for the events of rollbacks; null for none. Never crosses processes.</summary>
        [JsonIgnore]
        public PeopleTally? People { get; init; }
    }
}
