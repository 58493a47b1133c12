using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Status of a rollout in a sentence or two, for display.</summary>
public static class Summary
{
    /// <summary>The summary.</summary>
    /// <param name="state">The rollout's state.</param>
    /// <param name="other">The rollout that decides the flag in its place; null when this one does, or that is unknown.</param>
    public static string Of(RolloutState state, string? other = null) => state switch
    {
        { AwaitingConfirmation: { } held } => $"Held with everyone on legacy until a person confirms it: {held.Reason}",
        { Status: RolloutStatus.Created } => "Not started.",
        { Status: RolloutStatus.RolledBack } => $"Rolled back, everyone is on legacy: {state.Rollback!.Reason}",
        { Status: RolloutStatus.Aborted or RolloutStatus.Retired } => OfEnd(state.Status, state.Plan.Flag, state.Successor),
        { Status: RolloutStatus.Completed } when other is not null => $"Completed. Rollout {other} decides flag {state.Plan.Flag} now.",
        { Status: RolloutStatus.Completed } => $"Completed: {After(state)}",
        { UnderWay: true, Step: null } => "Started: the first step is about to begin.",
        { Status: RolloutStatus.Paused } => $"Paused in {Place(state)}: {Audience(state)} on new.",
        _ => $"Running in {Place(state)}: {Audience(state)} on new.",
    };

    /// <summary>Summary of a rollout that was aborted or retired.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="flag">Its flag.</param>
    /// <param name="successor">Id of the rollout for which it was retired; null for none.</param>
    public static string OfEnd(RolloutStatus status, string flag, string? successor) => status == RolloutStatus.Aborted
        ? $"Aborted: flag {flag} is legacy for everyone until this is retired or another rollout starts."
        : $"Retired: {AfterRetirement(flag, successor)}";

    /// <summary>The audience on new, with the segments that are not: the percentage alone would hide them.</summary>
    internal static string Audience(RolloutState state)
    {
        var users = StepAudience.Of(state).Without(state.TakenBack).Text;
        return state.TakenBack.IsEmpty ? users : $"{users}, but {string.Join("; ", state.TakenBack.Select(segment => Back(state, segment)))},";
    }

    /// <summary>The watch after the end.</summary>
    internal static string After(RolloutState state) => state switch
    {
        { Status: RolloutStatus.Retired } => AfterRetirement(state.Plan.Flag, state.Successor),
        _ => $"{Audience(state)} on new.{(state is { Baking: true, Completion.BakesUntil: { } until } ? $" Baking until {until:u}: triggers still take users back." : "")}"
            + $" Still serving: it can be rolled back until it is retired, which leaves flag {state.Plan.Flag} to its static value.",
    };

    private static string AfterRetirement(string flag, string? successor) => successor is null
        ? $"flag {flag} has its static value."
        : $"rollout {successor} decides flag {flag} from its start on.";

    private static string Back(RolloutState state, string segment) => state.KeptBack.TryGetValue(segment, out var kept)
        ? $"{segment} stays on legacy by decision of {kept.By} ({kept.Reason})"
        : $"{segment} is taken back to legacy";

    private static string Place(RolloutState state) => $"phase {state.Phase!.Name}, step {state.Step!.Name}";
}
