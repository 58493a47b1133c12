using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History;

/// <summary>Other events: actions of people, alerts and feedback.</summary>
internal sealed class HistoryEntries
{
    private readonly List<HistoryEntry> _all = [];

    public ImmutableArray<HistoryEntry> All => [.. _all];

    public void See(Happened<RolloutEvent> happened, RolloutState after)
    {
        if (Text(happened.Event, after) is { } text)
        {
            // A rollout sees the stopped line in one of its rounds; the event names the actor that stopped it.
            var by = happened.Event is LineStopped { By: { } stopper } ? new Actor(ActorKind.User, stopper) : happened.Actor;
            _all.Add(new HistoryEntry(happened.At, by, happened.Event.GetType().Name, text));
        }
    }

    /// <summary>The event in words; null for one that another chapter has.</summary>
    internal static string? Text(RolloutEvent happened, RolloutState state) => happened switch
    {
        RolloutStarted e => $"Started{Because(e.Reason)}",
        HoldWaived e => $"Ended the hold of step {e.Step} early{Because(e.Reason)}",
        PhaseOverran e => $"Phase {e.Phase} has taken longer than its {Durations.Format(e.Longest)}",
        RolloutPaused e => $"Paused{Because(e.Reason)}",
        RolloutResumed e => $"Resumed{Because(e.Reason)}",
        RolloutRestored e => $"Restored everyone to step {e.Step}, {e.Percentage}%{Outside(e.Outside)}{Because(e.Reason)}",
        SegmentRestored e => $"Restored {string.Join(", ", e.Segments)}{Outside(e.Outside)}{Because(e.Reason)}",
        SegmentKeptBack e => $"Decided that {string.Join(", ", e.Segments)} stays on legacy{Because(e.Reason)}",
        AmendmentProposed e => $"Proposed revision {e.Revision} of the plan, which is looser, in review {e.Review}{Because(e.Reason)}",
        RolloutAmended e => $"Amended to revision {e.Revision} of the plan, in place of {e.FromRevision}{Because(e.Reason)}",
        RolloutAborted e => $"Aborted{Because(e.Reason)}",
        RolloutCompleted e => $"Completed{(e.OnLegacy is { Length: > 0 } back ? $" with {string.Join(", ", back)} on legacy" : "")}{(e.BakesUntil is { } until ? $"; bakes until {until:u}" : "")}",
        BakeEnded e => $"The bake ended. {e.Text}",
        RolloutRetired { Successor: { } successor } e => $"Retired for rollout {successor}{Because(e.Reason)}",
        RolloutRetired e => $"Retired: flag {state.Plan.Flag} has its static value {e.Value}{Because(e.Reason)}",
        LineStopped e => $"The line of {state.Environment} was stopped{Because(e.Reason)}",
        LineResumed => $"The line of {state.Environment} runs again",
        ClockCorrected e => $"The clock was set back from {e.Newest:u}; times after that count from here",
        ObjectiveCompleted e => $"Ticked: {state.Plan.Phases.SelectMany(p => p.Objectives).FirstOrDefault(o => o.Name == e.Objective)?.Title ?? e.Objective}{Because(e.Reason)}",
        AlertRaised e => $"Alert {e.Alert} fires{Because(e.Summary)}",
        AlertResolved e => $"Alert {e.Alert} is over",
        FeedbackReceived e => $"Feedback of users: {e.Count} × {e.Kind}",
        _ => null,
    };

    private static string Outside(string? closed) => closed is null ? "" : $", {closed}";

    private static string Because(string? reason) => string.IsNullOrWhiteSpace(reason) ? "" : $": {reason}";
}
