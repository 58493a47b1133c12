using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Quantities;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Steps;

/// <summary>One visit of a step.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="Step">Name of the step.</param>
/// <param name="Percentage">Share of users on new.</param>
/// <param name="From">Time of its entry.</param>
/// <param name="Until">Time of its end; null while it is current.</param>
/// <param name="Ended">Way in which it ended; null while it is current.</param>
public sealed record StepVisit(
    string Phase, string Step, Share Percentage, DateTimeOffset From, DateTimeOffset? Until = null, StepEnd? Ended = null)
{
    /// <summary>
    /// Most visits that the state has. Beyond, the oldest ones but the first are left out: the first is the start of the rollout.
    /// </summary>
    public const int Most = 200;

    /// <summary>The visits after an event.</summary>
    internal static ImmutableArray<StepVisit> After(RolloutState before, RolloutState after, Happened<RolloutEvent> happened)
    {
        var visits = before.Visits;
        if (End(happened.Event) is { } end && visits is [.., { Until: null } open])
        {
            visits = visits.SetItem(visits.Length - 1, open with { Until = happened.At, Ended = end });
        }

        if (after.Entry == before.Entry || after.Step is not { } step)
        {
            return visits;
        }

        visits = visits.Length < Most ? visits : visits.RemoveAt(1);
        return visits.Add(new StepVisit(after.Phase!.Name, step.Name, after.Percentage, happened.At));
    }

    private static StepEnd? End(RolloutEvent e) => e switch
    {
        StepCompleted { OverrideReason: not null } => StepEnd.Overridden,
        StepCompleted => StepEnd.Completed,
        PercentageLowered => StepEnd.SteppedBack,
        RolledBack => StepEnd.RolledBack,
        RolloutAborted => StepEnd.Aborted,
        _ => null,
    };
}

/// <summary>Way in which a step ended.</summary>
public enum StepEnd
{
    /// <summary>All its gates were open.</summary>
    Completed,

    /// <summary>A person passed a shut gate.</summary>
    Overridden,

    /// <summary>Back to the step before.</summary>
    SteppedBack,

    /// <summary>Back to legacy.</summary>
    RolledBack,

    /// <summary>The rollout was aborted.</summary>
    Aborted,
}
