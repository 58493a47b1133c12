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
        { Status: RolloutStatus.Aborted } => $"Aborted: flag {state.Plan.Flag} is legacy for everyone until this is retired or another rollout starts.",
        { Status: RolloutStatus.Completed } when other is not null => $"Completed. Rollout {other} decides flag {state.Plan.Flag} now.",
        { Status: RolloutStatus.Completed } => $"Completed: {After(state)}",
        { Status: RolloutStatus.Retired } => $"Retired: {After(state)}",
        { UnderWay: true, Step: null } => "Started: the first step is about to begin.",
        { Status: RolloutStatus.Paused } => $"Paused in {Place(state)}: {Audience(state)} on new.",
        _ => $"Running in {Place(state)}: {Audience(state)} on new.",
    };

    /// <summary>The audience on new, with the segments that are not: the percentage alone would hide them.</summary>
    internal static string Audience(RolloutState state)
    {
        var users = StepAudience.Of(state).Without(state.TakenBack).Text;
        return state.TakenBack.IsEmpty ? users : $"{users}, but {string.Join("; ", state.TakenBack.Select(segment => Back(state, segment)))},";
    }

    /// <summary>The watch after the end.</summary>
    internal static string After(RolloutState state) => state switch
    {
        { Status: RolloutStatus.Retired, Successor: { } successor } => $"rollout {successor} decides flag {state.Plan.Flag} from its start on.",
        { Status: RolloutStatus.Retired } => $"flag {state.Plan.Flag} has its static value.",
        _ => $"{Audience(state)} on new.{(state is { Baking: true, Completion.BakesUntil: { } until } ? $" Baking until {until:u}: triggers still take users back." : "")}"
            + $" Still serving: it can be rolled back until it is retired, which leaves flag {state.Plan.Flag} to its static value.",
    };

    private static string Back(RolloutState state, string segment) => state.KeptBack.TryGetValue(segment, out var kept)
        ? $"{segment} stays on legacy by decision of {kept.By} ({kept.Reason})"
        : $"{segment} is taken back to legacy";

    private static string Place(RolloutState state) => $"phase {state.Phase!.Name}, step {state.Step!.Name}";
}
