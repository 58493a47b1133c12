using Orchestrator.Domain.Access;
using Orchestrator.Domain.Alerts;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts;

/// <summary>What can be asked of a rollout. People, timers, metrics and alerts all come in here.</summary>
public abstract partial record RolloutCommand
{
    private RolloutCommand()
    {
    }

    /// <summary>Make it: one execution of one plan revision in one environment.</summary>
    /// <param name="Rollout">Its id.</param>
    /// <param name="Plan">The plan, read and checked.</param>
    /// <param name="Revision">Of the plan.</param>
    /// <param name="Environment">Where.</param>
    /// <param name="Salt">Drawn once; decides who is in which share for the rollout's whole life.</param>
    /// <param name="SamplingFloor">Under an accelerated clock samples cannot come as often as the plan says; zero at speed 1.</param>
    public sealed record Create(string Rollout, Plan Plan, int Revision, string Environment, string Salt, TimeSpan SamplingFloor = default) : RolloutCommand;

    /// <summary>created → running, at the first step.</summary>
    /// <param name="LineStopped">Why the environment's line is stopped; null while it runs.</param>
    /// <param name="Reason">For people.</param>
    /// <param name="LineStoppedBy">Who stopped it, for people.</param>
    public sealed record Start(string? LineStopped = null, string? Reason = null, string? LineStoppedBy = null) : RolloutCommand;

    /// <summary>Freeze advancing and timers, not exposure.</summary>
    public sealed record Pause(string? Reason) : RolloutCommand;

    /// <summary>Go on; the time paused does not count.</summary>
    public sealed record Resume(string? Reason) : RolloutCommand;

    /// <summary>End the hold early. Evidence and people still count, unless overridden: then a second person must approve.</summary>
    /// <param name="Step">The step to leave; asking again once it was left changes nothing. Null for whichever is current.</param>
    /// <param name="Override">Ask to pass a failing gate.</param>
    /// <param name="Reason">Needed for an override.</param>
    public sealed record Advance(string? Step, bool Override, string? Reason) : RolloutCommand
    {
        /// <summary>The newest look at the windows in this step; null when there was none, and then no rule was heard.</summary>
        public Observation? Seen { get; init; }
    }

    /// <summary>To the step before, and hold there until resumed.</summary>
    public sealed record StepBack(string? Step, string? Reason) : RolloutCommand;

    /// <summary>To legacy: everyone, or the segments named.</summary>
    /// <param name="Reason">For people.</param>
    /// <param name="Segments">Which; null for everyone.</param>
    /// <param name="Ramp">As fast as the plan says legacy can take it, not at once.</param>
    public sealed record Rollback(string Reason, string[]? Segments = null, bool Ramp = false) : RolloutCommand;

    /// <summary>Undo a rollback: to the step it left, or the segments named.</summary>
    public sealed record Restore(string Reason, string[]? Segments = null, string? LineStopped = null, string? LineStoppedBy = null) : RolloutCommand;

    /// <summary>Leave these segments on legacy: they hold the end of the rollout no more.</summary>
    public sealed record KeepBack(string Reason, string[] Segments) : RolloutCommand;

    /// <summary>A completed rollout decides its flag no more.</summary>
    /// <param name="Reason">For people.</param>
    /// <param name="Expected">JSON that the person says everyone gets from now on; null when they do not say it.</param>
    /// <param name="Static">JSON of the flag's static value in the environment; null when it has none.</param>
    /// <param name="Successor">The rollout of the same flag that starts; null when a person retires this one.</param>
    public sealed record Retire(string Reason, string? Expected = null, string? Static = null, string? Successor = null) : RolloutCommand;

    /// <summary>Keep everyone at legacy until somebody confirms: a backup was restored, and what came after it is unknown.</summary>
    /// <param name="Timeline">The one that the restore began.</param>
    /// <param name="Reason">For people.</param>
    public sealed record Hold(long Timeline, string Reason) : RolloutCommand;

    /// <summary>After a restore of a backup: this rollout is where it should be, and goes on.</summary>
    public sealed record Confirm(string Reason) : RolloutCommand;

    /// <summary>Take a corrected plan in, for the same users. A looser one waits for a second person.</summary>
    /// <param name="Plan">The plan, read and checked.</param>
    /// <param name="Revision">Of the plan.</param>
    /// <param name="Reason">For people.</param>
    /// <param name="SamplingFloor">As in <see cref="Create"/>.</param>
    public sealed record Amend(Plan Plan, int Revision, string Reason, TimeSpan SamplingFloor = default) : RolloutCommand;

    /// <summary>End for ever at legacy.</summary>
    public sealed record Abort(string Reason) : RolloutCommand;

    /// <summary>Say go or no-go.</summary>
    /// <param name="Review">Which.</param>
    /// <param name="Approve">Go.</param>
    /// <param name="Reason">For people.</param>
    /// <param name="EvidenceHash">What the person looked at; null for whatever the review is about.</param>
    /// <param name="Origin">Where the key of the person comes from; null when the person is known by themselves.</param>
    /// <param name="Asker">Where the key of who asked for an override comes from; null as with <paramref name="Origin"/>.</param>
    public sealed record DecideReview(
        string Review, bool Approve, string? Reason, string? EvidenceHash = null, KeyOrigin? Origin = null, KeyOrigin? Asker = null) : RolloutCommand;

    /// <summary>Tick an objective.</summary>
    public sealed record CompleteObjective(string Objective, string? Reason = null) : RolloutCommand;

    /// <summary>A message of the monitoring system about alerts that the plan reads.</summary>
    public sealed record ReportAlerts(AlertMessage Message) : RolloutCommand;

    /// <summary>What users told support. Carries no text: that may hold personal data.</summary>
    public sealed record ReportFeedback(string Kind, int Count) : RolloutCommand;

    /// <summary>Judge what the windows say; without an observation, only what time alone brings (reviews due, expiries).</summary>
    /// <param name="Entry">The step entry (<see cref="RolloutState.Entry"/>) it was taken for. One taken for another step is not evidence for this one.</param>
    /// <param name="Observation">What was seen; null for time alone.</param>
    /// <param name="LineStopped">Why the environment's line is stopped; null while it runs.</param>
    /// <param name="LineStoppedBy">Id of the key or person that stopped it; null while it runs, and when no person did.</param>
    public sealed record Observe(long Entry, Observation? Observation, string? LineStopped = null, string? LineStoppedBy = null) : RolloutCommand;
}
