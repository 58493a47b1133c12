using Orchestrator.Domain.Events;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Events of one kind within a minute that began with the first of them. Follows from the events alone, so that every replay counts the same.</summary>
/// <param name="Since">Beginning of the minute.</param>
/// <param name="Count">Events since.</param>
public readonly record struct Tempo(DateTimeOffset Since, int Count)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>One event more. A time before the beginning starts a minute of its own: a clock that was ahead closes no door.</summary>
    internal Tempo Note(DateTimeOffset at) => Within(at) ? this with { Count = Count + 1 } : new Tempo(at, 1);

    internal bool IsFull(DateTimeOffset at, int most) => Within(at) && Count >= most;

    private bool Within(DateTimeOffset at) => at >= Since && at - Since < Minute;
}

/// <summary>
/// Bounds of the events that one key can cause in a rollout by saying the same things again and again. Whatever takes users back to legacy is outside of them:
/// it is never refused for coming too often. Each loop has one way back and one way forward, so the bound of the way forward holds both.
/// </summary>
internal static class Tempi
{
    /// <summary>Resumes, steps begun, overrides asked for, amendments and restores in a minute. A step back begins a step too, and is never refused for it.</summary>
    public const int MostForward = 60;

    /// <summary>Changes of groups of alerts in a minute that raise no alert.</summary>
    public const int MostAlerts = 300;

    /// <summary>Messages of feedback in a minute; each may count 100,000.</summary>
    public const int MostFeedback = 300;

    /// <summary>Kinds of feedback of a rollout.</summary>
    public const int MostKinds = 50;

    public static Decision<RolloutEvent>? Refusal(RolloutState state, RolloutCommand command, DateTimeOffset now) => command switch
    {
        Resume or Advance or Restore or Amend when state.Forward.IsFull(now, MostForward) =>
            No("rollout.too_many", $"The rollout was resumed, advanced, amended or restored {MostForward} times within a minute, as often as it may be. It can be paused and rolled back at any time."),
        ReportFeedback when state.Feedback.IsFull(now, MostFeedback) =>
            No("feedback.too_many", $"The rollout took {MostFeedback} messages of feedback within a minute, as many as it may. Send what comes together as one, with its count."),
        ReportFeedback feedback when state.FeedbackKinds.Count >= MostKinds && !state.FeedbackKinds.Contains(feedback.Kind) =>
            No("feedback.too_many_kinds", $"kind: '{feedback.Kind}' would be kind {MostKinds + 1} of feedback in this rollout, which may have {MostKinds}."),
        _ => null,
    };

    /// <summary>A message of alerts that raises none waits when many came: what fires goes on firing. One that raises an alert is always taken.</summary>
    public static Decision<RolloutEvent> Alerts(RolloutState state, Decision<RolloutEvent> decision, DateTimeOffset now) =>
        decision is Decision<RolloutEvent>.Accepted { Events: { Length: > 0 } events } && state.AlertNews.IsFull(now, MostAlerts) && !events.Any(e => e is AlertRaised)
            ? No("alerts.too_many", $"Groups of alerts changed {MostAlerts} times within a minute without raising an alert, as often as a rollout takes. Group by fewer labels, or send later.")
            : decision;

    public static RolloutState Evolve(RolloutState state, RolloutEvent happened, DateTimeOffset at) => happened switch
    {
        RolloutResumed or HoldWaived or StepStarted or ReviewOpened { RequestedBy: not null } or RolloutAmended { Review: null } or RolloutRestored or SegmentRestored => state with { Forward = state.Forward.Note(at) },
        AlertsHeard or AlertResolved => state with { AlertNews = state.AlertNews.Note(at) },
        FeedbackReceived e => state with
        {
            // Logs of earlier builds may hold more.
            Feedback = state.Feedback.Note(at), FeedbackKinds = state.FeedbackKinds.Count < MostKinds ? state.FeedbackKinds.Add(e.Kind) : state.FeedbackKinds,
        },
        _ => state,
    };

    private static Decision<RolloutEvent> No(string code, string message) => Decision<RolloutEvent>.No(code, message);
}
