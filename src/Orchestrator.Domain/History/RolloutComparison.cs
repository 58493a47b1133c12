using System.Collections.Immutable;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Domain.History;

/// <summary>Rollouts side by side.</summary>
/// <param name="Rollouts">The one that was asked about first, then earlier ones, the newest first.</param>
/// <param name="Steps">Steps by phase and name, with the time that each rollout spent in them.</param>
/// <param name="LeftOut">Ids of earlier rollouts whose events this node cannot read.</param>
public sealed record RolloutComparison(
    ImmutableArray<ComparedRollout> Rollouts, ImmutableArray<ComparedStep> Steps, ImmutableArray<string> LeftOut)
{
    /// <summary>The comparison.</summary>
    public static RolloutComparison Of(IReadOnlyList<ComparedRollout> rollouts, IEnumerable<string> leftOut) => new(
        [.. rollouts],
        [
            .. from step in rollouts.SelectMany(one => one.Times).Select(time => (time.Phase, time.Step)).Distinct()
               select new ComparedStep(
                   step.Phase, step.Step,
                   [.. rollouts.Select(one => one.Times.FirstOrDefault(time => (time.Phase, time.Step) == step)?.Took)]),
        ],
        [.. leftOut]);
}

/// <summary>A rollout in numbers.</summary>
/// <param name="Rollout">Id.</param>
/// <param name="Revision">Revision of the plan at its end.</param>
/// <param name="Status">Status.</param>
/// <param name="Outcome">Outcome in one sentence.</param>
/// <param name="StartedAt">Its start; null when it was not started.</param>
/// <param name="EndedAt">Its completion or abort; null when there was neither.</param>
/// <param name="Took">Time from its start to its end, or to now.</param>
/// <param name="PlannedEnd">End by the shortest times of the plan; null when it was not started.</param>
/// <param name="Waiting">Time for which each gate was shut.</param>
/// <param name="Rollbacks">Rollbacks of everyone, of segments, and steps back.</param>
/// <param name="TimeToRollBack">Longest time from the first bad sample until the nodes routed by a rollback; null without one.</param>
/// <param name="Incidents">Number of incidents.</param>
/// <param name="Overrides">Number of failing verdicts that were overridden.</param>
/// <param name="Fired">Number of triggers that fired.</param>
/// <param name="NearMisses">Triggers whose condition held without firing, by the events.</param>
/// <param name="Gaps">Time without evidence, all gaps together.</param>
/// <param name="Met">Lines of success that are met.</param>
/// <param name="NotMet">Lines of success that are not met.</param>
/// <param name="NoEvidence">Lines of success without evidence.</param>
public sealed record ComparedRollout(
    string Rollout, int Revision, RolloutStatus Status, string Outcome, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, TimeSpan Took,
    DateTimeOffset? PlannedEnd, ImmutableArray<GateWait> Waiting, int Rollbacks, TimeSpan? TimeToRollBack, int Incidents, int Overrides,
        int Fired,
    ImmutableArray<string> NearMisses, TimeSpan Gaps, int Met, int NotMet, int NoEvidence)
{
    /// <summary>User-hours on new, of all its phases; null where a phase was not counted.</summary>
    public long? UserHours { get; init; }

    /// <summary>Time in each step, for the table of steps.</summary>
    internal ImmutableArray<StepTime> Times { get; init; } = [];

    /// <summary>The numbers of a retrospective, which may be forgotten afterwards.</summary>
    public static ComparedRollout Of(Retrospective told)
    {
        var head = told.Headline;
        return new ComparedRollout(
            head.Rollout, head.Plan.Revision, head.Status, head.Outcome, head.StartedAt, head.EndedAt, head.Took,
            told.Schedule.PlannedEnd, told.Waiting, told.Rollbacks.Length, told.Incidents.Max(one => one.TimeToRollBack),
                told.Incidents.Length,
            told.Overrides.Count(one => one.Passed), told.NearMisses.Count(one => one.Kind == NearMissKind.Fired),
            [.. told.NearMisses.Where(one => one.Kind == NearMissKind.Held).Select(one => one.Trigger).Distinct()],
            TimeSpan.FromTicks(told.Gaps.Sum(gap => gap.Lasted.Ticks)),
            Lines(SuccessVerdict.Met), Lines(SuccessVerdict.NotMet), Lines(SuccessVerdict.NoEvidence))
        {
            UserHours = told.Exposure is { Phases: var phases } && phases.All(phase => phase.UserHours is not null)
                ? phases.Sum(phase => phase.UserHours)
                : null,
            Times =
            [
                .. told.Phases.SelectMany(phase => phase.Steps.Select(step => (Phase: phase.Name, Step: step)))
                    .GroupBy(one => (one.Phase, one.Step.Name), one => one.Step.Took)
                    .Select(group => new StepTime(group.Key.Phase, group.Key.Name, TimeSpan.FromTicks(group.Sum(took => took.Ticks)))),
            ],
        };

        int Lines(SuccessVerdict verdict) => told.Success.Count(line => line.Verdict == verdict);
    }
}

/// <summary>Time in a step, all visits together.</summary>
internal sealed record StepTime(string Phase, string Step, TimeSpan Took);

/// <summary>A step in each rollout.</summary>
/// <param name="Phase">Phase.</param>
/// <param name="Step">Step.</param>
/// <param name="Took">Time in it, all visits together, in the order of the rollouts; null for a rollout that did not reach it.</param>
public sealed record ComparedStep(string Phase, string Step, ImmutableArray<TimeSpan?> Took);
