using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Refusals of more than one command.</summary>
internal static class Refusal
{
    public static Decision<RolloutEvent> NotFound() => Decision<RolloutEvent>.No("rollout.not_found", "There is no such rollout.");

    /// <summary>Refuses <paramref name="verb"/> in the current status.</summary>
    public static Decision<RolloutEvent> Status(RolloutState state, string verb) => state.Status switch
    {
        RolloutStatus.Created => No("rollout.not_running", "it is not started", verb),
        RolloutStatus.Paused => No("rollout.paused", "it is paused; resume it first", verb),
        RolloutStatus.RolledBack => No("rollout.rolled_back", "it is rolled back; restore or abort it", verb),
        RolloutStatus.Completed => No("rollout.completed", Completed, verb),
        RolloutStatus.Aborted => No("rollout.aborted", "it is aborted", verb),
        RolloutStatus.Retired => No("rollout.retired", Retired(state), verb),
        _ => No("rollout.running", "it is running", verb),
    };

    public static Decision<RolloutEvent> Held(AwaitingConfirmation held) =>
        Decision<RolloutEvent>.No("rollout.held", $"The rollout is held at legacy until a person confirms it, rolls it back or aborts it: {held.Reason}");

    public static Decision<RolloutEvent> Line(string reason, string? by) =>
        Decision<RolloutEvent>.No("rollout.line_stopped", $"The line of the environment is stopped{(by is null ? "" : $" by {by}")}: {reason}");

    public static Decision<RolloutEvent> Ended(RolloutState state, string verb) => Status(state, verb);

    private const string Completed = "it is completed and still serving; it can be rolled back or retired";

    private static string Retired(RolloutState state) => state.Successor is { } successor ? $"it is retired, and rollout {successor} has the flag" : "it is retired, and the flag has its static value";

    private static Decision<RolloutEvent> No(string code, string why, string verb) =>
        Decision<RolloutEvent>.No(code, $"The rollout cannot {verb}: {why}.");
}
