using System.Collections.Immutable;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Rollouts.Steps;

/// <summary>The next change of a rollout's audience, and its conditions.</summary>
/// <param name="Text">Display text: <c>To 50% of users when the hold (5d) and review r2 allow it.</c></param>
/// <param name="At">It does not come before this; null when no time is known.</param>
/// <param name="Percentage">Share of all users on new after it, 0 to 100; null where a person chooses the way.</param>
public sealed record NextMove(string Text, DateTimeOffset? At, decimal? Percentage)
{
    /// <summary>Most gates in the sentence; more are counted.</summary>
    private const int MostNamed = 4;

    /// <summary>The next move; null when the rollout has ended.</summary>
    /// <param name="state">The rollout.</param>
    /// <param name="rows">Its gates.</param>
    /// <param name="now">The moment of the question.</param>
    public static NextMove? Of(RolloutState state, ImmutableArray<GateRow> rows, DateTimeOffset now) => state switch
    {
        { PlanOrNone: null } => null,
        { AwaitingConfirmation: not null } => new NextMove("Waits for a person who confirms, rolls back or aborts it.", null, null),
        { Status: RolloutStatus.Created } or { UnderWay: true, Step: null } => First(state),
        { Status: RolloutStatus.RolledBack } => new NextMove("Stays on legacy until a person restores or aborts it.", null, null),
        { Serving: true, Ramp: { } ramp } => Down(state, ramp),
        { UnderWay: true } => Forward(state, rows, now),
        { Status: RolloutStatus.Completed } => new NextMove("Serves until a person retires it.", null, null),
        _ => null,
    };

    private static NextMove First(RolloutState state)
    {
        var audience = StepAudience.At(state.Plan, 0, 0);
        return new NextMove($"To {audience.Text} when a person starts it.", null, audience.Percentage.Percent);
    }

    private static NextMove Down(RolloutState state, Ramp ramp)
    {
        var left = Share.Max(ramp.To, state.Percentage - ramp.Share);
        var due = Ramping.Due(state);
        return new NextMove(
            $"Down to {left} of users, on the way to {ramp.To}: load returns to legacy piece by piece.",
            due > DateTimeOffset.MinValue ? due : null, left.Percent);
    }

    private static NextMove Forward(RolloutState state, ImmutableArray<GateRow> rows, DateTimeOffset now)
    {
        var (phase, step) = Gates.IsLastStep(state) ? (state.PhaseIndex + 1, 0) : (state.PhaseIndex, state.StepIndex + 1);
        var audience = phase < state.Plan.Phases.Length
            ? StepAudience.Of(state).With(state.Plan.Phases[phase].Steps[step])
            : (StepAudience?)null;
        var what = audience is { } next ? $"To {next.Without(state.TakenBack).Text}" : "Completed";
        string[] shut = [.. rows.Where(row => row.IsShut).Select(row => Name(row, state, now))];
        var named = shut.Length <= MostNamed ? shut : [.. shut.Take(MostNamed - 1), $"{shut.Length - MostNamed + 1} more"];
        var text = named.Length == 0 ? $"{what} at once: every gate is open." : $"{what} when {Listed(named)} {(named.Length == 1 ? "allows" : "allow")} it.";
        return new NextMove(text, GateRows.AtLeast(state, rows), audience?.Percentage.Percent ?? state.Percentage.Percent);
    }

    private static string Name(GateRow row, RolloutState state, DateTimeOffset now) => row.Kind switch
    {
        GateKind.Pause => "a person who resumes it",
        GateKind.Hold => $"the hold ({Durations.Rounded(Gates.HoldEnds(state)!.Value - (state.PausedAt ?? now))})",
        GateKind.Samples => "the arrival of samples",
        GateKind.Rule => $"a measurement for {row.Name}",
        GateKind.Criterion => $"'{row.Name}'",
        GateKind.Review when row.Name == Waiting.GateReview => "a go or no-go",
        GateKind.Review => $"review {row.Name}",
        GateKind.Objective => $"objective '{row.Name}'",
        GateKind.Segment => $"a decision about {row.Name}",
        GateKind.Line => "the line (stopped)",
        GateKind.Freeze => $"freeze '{row.Name}'",
        GateKind.ChangeWindow => "the change window",
        _ => "a person",
    };

    private static string Listed(string[] names) =>
        names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";
}
