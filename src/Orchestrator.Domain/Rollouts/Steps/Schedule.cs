using System.Collections.Immutable;

namespace Orchestrator.Domain.Rollouts.Steps;

/// <summary>
/// Steps of a rollout, as planned and as they happened. The plan's times are the shortest: holds, and shortest durations of phases.
/// </summary>
/// <param name="StartedAt">Begin of the first step; null before the start.</param>
/// <param name="Behind">Time behind the plan; zero when it is on time, null before the start and after the end.</param>
/// <param name="PlannedEnd">End of the last step by the plan; null before the start.</param>
/// <param name="ExpectedEnd">Earliest end of the last step as it stands; null unless steps follow.</param>
/// <param name="Steps">Every step of the plan, in order.</param>
public sealed record Schedule(
    DateTimeOffset? StartedAt, TimeSpan? Behind, DateTimeOffset? PlannedEnd, DateTimeOffset? ExpectedEnd,
    ImmutableArray<ScheduledStep> Steps)
{
    /// <summary>The schedule at a moment.</summary>
    public static Schedule Of(RolloutState state, DateTimeOffset now)
    {
        var started = state.Visits is [var first, ..] ? first.From : (DateTimeOffset?)null;
        var steps = ImmutableArray.CreateBuilder<ScheduledStep>();
        var planned = started;
        foreach (var phase in state.Plan.Phases)
        {
            var phaseFrom = planned;
            foreach (var step in phase.Steps)
            {
                var from = planned;
                planned += step.Hold;
                if (step == phase.Steps[^1] && phase.Duration is { } duration && phaseFrom + duration.Min > planned)
                {
                    planned = phaseFrom + duration.Min;
                }

                var visits = state.Visits.Where(visit => visit.Phase == phase.Name && visit.Step == step.Name).ToArray();
                steps.Add(new ScheduledStep(
                    phase.Name, phase.Title, step.Name, step.Title, from, planned, visits.FirstOrDefault()?.From,
                    visits.LastOrDefault()?.Until, visits.LastOrDefault()?.Ended,
                    state.UnderWay && state.Phase == phase && state.Step == step));
            }
        }

        var current = steps.FirstOrDefault(step => step.Current);
        var behind = current is null ? null : Late(current, state, now);
        return new Schedule(started, behind, planned, behind is { } late ? planned + late : null, steps.ToImmutable());
    }

    /// <summary>The entry of the current step came so late, or the step has already lasted so much longer, whichever is more.</summary>
    private static TimeSpan? Late(ScheduledStep current, RolloutState state, DateTimeOffset now)
    {
        // Its phase may have begun an event before the step.
        var entered = state.Visits is [.., var visit] ? visit.From - current.PlannedFrom : null;
        var lasts = now - current.PlannedTo;
        var late = entered > lasts ? entered : lasts;
        return late > TimeSpan.Zero ? late : TimeSpan.Zero;
    }
}

/// <summary>A step, as planned and as it happened.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="PhaseTitle">Display text of the phase.</param>
/// <param name="Step">Name of the step.</param>
/// <param name="Title">Display text of the step.</param>
/// <param name="PlannedFrom">Begin by the plan; null before the start.</param>
/// <param name="PlannedTo">Earliest end by the plan; null before the start.</param>
/// <param name="From">Begin of its first visit; null when it was not visited.</param>
/// <param name="Until">End of its last visit; null while it is current, and when it was not visited.</param>
/// <param name="Ended">Way in which the last visit ended.</param>
/// <param name="Current">True while it is under way.</param>
public sealed record ScheduledStep(
    string Phase, string? PhaseTitle, string Step, string? Title, DateTimeOffset? PlannedFrom, DateTimeOffset? PlannedTo,
    DateTimeOffset? From, DateTimeOffset? Until, StepEnd? Ended, bool Current);
