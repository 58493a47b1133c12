using Orchestrator.Domain.Events;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts;

/// <summary>
/// Rate of one kind of events: those within a minute that began with the first of them. Derived from the events alone, so that every replay
/// counts the same.
/// </summary>
/// <param name="Since">Beginning of the minute.</param>
/// <param name="Count">Events since.</param>
public readonly record struct EventRate(DateTimeOffset Since, int Count)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Adds an event. A time before the beginning starts a minute of its own: a clock that was ahead blocks no later command.
    /// </summary>
    internal EventRate Note(DateTimeOffset at) => Within(at) ? this with { Count = Count + 1 } : new EventRate(at, 1);

    internal bool IsFull(DateTimeOffset at, int most) => Within(at) && Count >= most;

    private bool Within(DateTimeOffset at) => at >= Since && at - Since < Minute;
}

/// <summary>
/// Bounds of the events that one key can cause in a rollout by repeating commands. Commands that take users back to legacy are outside of
/// them: they are never refused for their rate. Each loop has one way back and one way forward, so the bound of the way forward holds both.
/// </summary>
internal static class EventRateLimits
{
    /// <summary>
    /// Most resumes, steps begun, requested overrides, amendments and restores in a minute. A step back begins a step too, and is never
    /// refused for it.
    /// </summary>
    public const int MostForward = 60;

    /// <summary>Most changes of groups of alerts in a minute that raise no alert.</summary>
    public const int MostAlerts = 300;

    /// <summary>Most messages of feedback in a minute; each may count 100,000.</summary>
    public const int MostFeedback = 300;

    /// <summary>Most kinds of feedback of a rollout.</summary>
    public const int MostKinds = 50;

    public static Decision<RolloutEvent>? Refusal(RolloutState state, RolloutCommand command, DateTimeOffset now) => command switch
    {
        Resume or Advance or Restore or Amend when state.Forward.IsFull(now, MostForward) =>
            No("rollout.too_many", $"The rollout was resumed, advanced, amended or restored {MostForward} times within a minute, which is the maximum. It can be paused and rolled back at any time."),
        ReportFeedback when state.Feedback.IsFull(now, MostFeedback) =>
            No("feedback.too_many", $"The rollout took {MostFeedback} messages of feedback within a minute, which is the maximum. Combine messages of one kind into one, with their count."),
        ReportFeedback feedback when state.FeedbackKinds.Count >= MostKinds && !state.FeedbackKinds.Contains(feedback.Kind) =>
            No("feedback.too_many_kinds", $"kind: '{feedback.Kind}' would be kind {MostKinds + 1} of feedback in this rollout, which may have at most {MostKinds}."),
        _ => null,
    };

    /// <summary>
    /// Refuses a message of alerts that raises none when many came: a firing alert stays known. A message that raises an alert is always
    /// taken.
    /// </summary>
    public static Decision<RolloutEvent> Alerts(RolloutState state, Decision<RolloutEvent> decision, DateTimeOffset now) =>
        decision is Decision<RolloutEvent>.Accepted { Events: { Length: > 0 } events } && state.AlertNews.IsFull(now, MostAlerts)
            && !events.Any(e => e is AlertRaised)
            ? No("alerts.too_many", $"Groups of alerts changed {MostAlerts} times within a minute without raising an alert, which is the maximum. Group by fewer labels, or send later.")
            : decision;

    public static RolloutState Evolve(RolloutState state, RolloutEvent happened, DateTimeOffset at) => happened switch
    {
        RolloutResumed or HoldWaived or StepStarted or ReviewOpened { RequestedBy: not null } or RolloutAmended { Review: null }
            or RolloutRestored or SegmentRestored => state with { Forward = state.Forward.Note(at) },
        AlertsHeard or AlertResolved => state with { AlertNews = state.AlertNews.Note(at) },
        FeedbackReceived e => state with
        {
            // Logs of earlier builds may hold more.
            Feedback = state.Feedback.Note(at),
            FeedbackKinds = state.FeedbackKinds.Count < MostKinds ? state.FeedbackKinds.Add(e.Kind) : state.FeedbackKinds,
        },
        _ => state,
    };

    private static Decision<RolloutEvent> No(string code, string message) => Decision<RolloutEvent>.No(code, message);
}
