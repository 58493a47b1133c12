using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Forecasts;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Rollouts.Steps;

/// <summary>One reason why a step does not end.</summary>
/// <param name="Gate">The gate that it keeps shut, as <see cref="Gates.Shut"/> names it.</param>
/// <param name="Text">Display text, one sentence with the reason.</param>
/// <param name="OpensAt">Earliest time at which this reason alone is over; null when no time ends it, or the time is unknown.</param>
/// <param name="By">Actor behind the reason; null when time or measurements are.</param>
public sealed record Wait(string Gate, string Text, DateTimeOffset? OpensAt = null, Actor? By = null)
{
    /// <summary>The part of the gate that is shut.</summary>
    public GateKind Kind { get; init; }

    /// <summary>Name of that part: of the step, the criterion, the review, the objective, the segment, the freeze.</summary>
    public string Name { get; init; } = Gate;
}

/// <summary>Cause of a pause, and its reason.</summary>
public sealed record PauseState(Actor By, string? Reason);

/// <summary>
/// Reasons why a rollout does not advance: every reason of every shut gate. Explains the decision of <see cref="Gates"/>, and decides
/// nothing.
/// </summary>
public static class Waiting
{
    /// <summary>Name of the go or no-go at the end of a step while it is not opened.</summary>
    internal const string GateReview = "go or no-go";

    /// <summary>Name of the change windows of the plan.</summary>
    internal const string ChangeWindow = "change window";

    /// <summary>At least one reason for each shut gate; none for an open one, and none between the events of a start.</summary>
    /// <param name="state">The state.</param>
    /// <param name="now">The moment of the question.</param>
    /// <param name="seen">The newest round's observation; null for the numbers in the events.</param>
    /// <param name="forecast">Time that evidence takes; null when it was not computed.</param>
    public static ImmutableArray<Wait> For(RolloutState state, DateTimeOffset now, Observation? seen = null, Forecast? forecast = null) =>
    [
        .. from gate in Gates.Shut(state, now)
           where gate == "confirm" || state.Step is not null
           from wait in Reasons(gate, state, now, seen, forecast).DefaultIfEmpty(new Wait(gate, $"The gate '{gate}' is shut."))
           select wait,
    ];

    private static IEnumerable<Wait> Reasons(string gate, RolloutState state, DateTimeOffset now, Observation? seen, Forecast? forecast) =>
        gate switch
        {
            "confirm" => [new Wait(gate, $"A person must confirm the rollout after a restored backup: {state.AwaitingConfirmation!.Reason}") { Kind = GateKind.Confirm }],
            "resume" => [Pause(gate, state)],
            "hold" => [Hold(gate, state, now)],
            "evidence" => Evidence(gate, state, now, seen, forecast),
            "review" => People(gate, state),
            "segment" => state.Missing.Select(segment => new Wait(gate, $"Segment '{segment}' was taken back: restore it, or decide that it stays on legacy (keep-back).") { Kind = GateKind.Segment, Name = segment }),
            "window" => Window(gate, state, now),
            _ => [],
        };

    private static Wait Pause(string gate, RolloutState state)
    {
        var text = state.Ramp is { } ramp ? $"Load returns to legacy piece by piece, to {ramp.To}" : "The rollout is paused";
        return new Wait(gate, $"{text} since {Moment(state.PausedAt ?? state.Since)}{Because(state.Pause?.Reason)}", By: state.Pause?.By) { Kind = GateKind.Pause };
    }

    private static Wait Hold(string gate, RolloutState state, DateTimeOffset now)
    {
        var ends = Gates.HoldEnds(state)!.Value;
        var phase = Gates.IsLastStep(state) && state.StepSince + state.Step!.Hold < ends ? $"Phase '{state.Phase!.Name}' lasts" : $"Step '{state.Step!.Name}' holds";
        return (state.PausedAt is { } paused
            ? new Wait(gate, $"{phase} for another {Durations.Rounded(ends - paused)}, which does not count while the rollout is paused.")
            : new Wait(gate, $"{phase} until {Moment(ends)}, for another {Durations.Rounded(ends - now)}.", ends)) with
        {
            Kind = GateKind.Hold,
            Name = state.Step!.Name,
        };
    }

    private static IEnumerable<Wait> Evidence(string gate, RolloutState state, DateTimeOffset now, Observation? seen, Forecast? forecast)
    {
        if (state.EvidenceLostAt is { } lost)
        {
            yield return new Wait(gate, $"No sample of the new variant arrives; noticed at {Moment(lost)}.") { Kind = GateKind.Samples, Name = "samples" };
        }

        foreach (var (rule, since) in state.Unmeasured.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            yield return new Wait(gate, $"No measurements for {rule} since {Moment(since)}.") { Kind = GateKind.Rule, Name = rule };
        }

        var texts = Assessments.Criteria(state, seen).ToLookup(one => one.Name);
        foreach (var criterion in RulesInForce.Criteria(state))
        {
            var known = state.Criteria.GetValueOrDefault(criterion.Name);
            if (known?.Verdict is Verdict.Met or Verdict.Warning)
            {
                continue;
            }

            // The newest round may have more numbers than the newest event, or already show that the criterion is met: then the event has
            // the reason.
            var newest = texts[criterion.Name].Where(one => one.Verdict is not (Verdict.Met or Verdict.Warning))
                .Select(one => one.Evidence?.Text).FirstOrDefault();
            yield return new Wait(gate, $"Criterion '{criterion.Name}': {newest ?? known?.Evidence.Text ?? $"nothing was measured yet ({criterion.Rule.Text})."}", Earliest(forecast, criterion.Name, now))
            {
                Kind = GateKind.Criterion,
                Name = criterion.Name,
            };
        }

        foreach (var exercise in RulesInForce.Exercises(state))
        {
            if (state.Criteria.TryGetValue(exercise.Name, out var known) && known.Verdict != Verdict.Met)
            {
                yield return new Wait(gate, $"Criterion '{exercise.Name}': {known.Evidence.Text}", Earliest(forecast, exercise.Name, now))
                {
                    Kind = GateKind.Criterion,
                    Name = exercise.Name,
                };
            }
        }
    }

    private static IEnumerable<Wait> People(string gate, RolloutState state)
    {
        foreach (var review in state.Reviews.Where(review => review.Open))
        {
            yield return new Wait(gate, Of(review), By: review.RequestedBy is { } asker ? new Actor(ActorKind.User, asker) : null)
            {
                Kind = GateKind.Review,
                Name = review.Id,
            };
        }

        if (!Gates.GateReviewApproved(state) && !state.Reviews.Any(review => review is { Open: true, Kind: ReviewKind.Gate }))
        {
            yield return new Wait(gate, $"The plan requires a go or no-go at the end of step '{state.Step!.Name}'; it is opened once hold and evidence are complete.") { Kind = GateKind.Review, Name = GateReview };
        }

        if (!Gates.ObjectivesTicked(state))
        {
            foreach (var objective in state.Phase!.Objectives.Where(one => one.Required && !state.Objectives.Contains(one.Name)))
            {
                yield return new Wait(gate, $"Objective '{objective.Name}' is not ticked: {objective.Title}") { Kind = GateKind.Objective, Name = objective.Name };
            }
        }
    }

    private static IEnumerable<Wait> Window(string gate, RolloutState state, DateTimeOffset now)
    {
        if (state.LineStopped is { } reason)
        {
            yield return new Wait(
                gate, state.LineStoppedBy is null ? reason : $"The line of '{state.Environment}' is stopped: {reason}",
                By: state.LineStoppedBy is { } by ? new Actor(ActorKind.User, by) : null)
            {
                Kind = GateKind.Line,
                Name = state.Environment,
            };
        }

        if (state.Plan.Calendar is not { } calendar)
        {
            yield break;
        }

        foreach (var freeze in calendar.Freezes.Where(freeze => now >= freeze.From && now < freeze.To))
        {
            yield return new Wait(gate, $"Freeze '{freeze.Name}' lasts until {Moment(freeze.To)}.", freeze.To) { Kind = GateKind.Freeze, Name = freeze.Name };
        }

        if (!CalendarGate.InWindow(calendar, now))
        {
            var opens = CalendarGate.NextOpening(calendar, now);
            yield return new Wait(
                gate, opens is { } at ? $"The change window is shut; the next one opens at {Moment(at)}." : "The change window is shut, and no later one is known.", opens)
            { Kind = GateKind.ChangeWindow, Name = ChangeWindow };
        }
    }

    /// <summary>
    /// Time at which the evidence of a criterion of the current step can be complete; null when it is, or when that is unknown.
    /// </summary>
    public static DateTimeOffset? Earliest(Forecast? forecast, string criterion, DateTimeOffset now) =>
        forecast is { Steps: [var current, ..] } && current.Criteria.FirstOrDefault(c => c.Name == criterion)?.Takes is { Ticks: > 0 } takes
            ? now + takes
            : null;

    /// <summary>The missing approvals of an open review, in a sentence.</summary>
    internal static string Of(Review review)
    {
        var approved = review.Decisions.Count(decision => decision.Approved);
        var until = review.ExpiresAt is { } expires ? $" It expires at {Moment(expires)}." : "";
        return $"Review {review.Id} ({Word(review.Kind)}) has {approved} of {review.Quorum} approvals and lacks {Quorums.Lacks(review)}.{until}";
    }

    private static string Because(string? reason) => string.IsNullOrWhiteSpace(reason) ? "." : $": {reason}";

    internal static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    internal static string Word(ReviewKind kind) => kind switch
    {
        ReviewKind.Gate => "go or no-go",
        ReviewKind.Checkpoint => "checkpoint",
        ReviewKind.Trigger => "opened by a rule",
        ReviewKind.Amendment => "amendment",
        _ => "override",
    };
}
