using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History;

/// <summary>The end of a step by which the rollout advanced.</summary>
/// <param name="At">Time of the decision, UTC.</param>
/// <param name="Version">Version of the event.</param>
/// <param name="Phase">Phase.</param>
/// <param name="Step">Step that ended.</param>
/// <param name="By">Actor that ended it.</param>
/// <param name="Override">Reason given for passing a shut gate; null when all gates were open.</param>
/// <param name="Reason">Reason of a person; null without one.</param>
/// <param name="Gates">Every part of every gate at that moment, by the events before it.</param>
/// <param name="Evidence">Measurements behind it, each with its samples and its sentence.</param>
public sealed record AdvanceStory(
    DateTimeOffset At, long Version, string Phase, string Step, Actor By, string? Override, string? Reason,
    ImmutableArray<AdvanceGate> Gates, ImmutableArray<Evidence> Evidence);

/// <summary>A part of a gate at the end of a step.</summary>
/// <param name="Gate">Name of the gate, as in <c>next.waitingFor</c>.</param>
/// <param name="Kind">The part.</param>
/// <param name="Name">Name of the criterion, review, objective or segment.</param>
/// <param name="Verdict">Its verdict; a shut one was passed by an override.</param>
/// <param name="Text">Display text, one sentence.</param>
public sealed record AdvanceGate(string Gate, GateKind Kind, string Name, GateVerdict Verdict, string Text);

/// <summary>Ends of steps, with the gates as the state before them has them.</summary>
internal sealed class AdvanceHistory
{
    private readonly List<AdvanceStory> _all = [];

    public ImmutableArray<AdvanceStory> All => [.. _all];

    public void See(RolloutState before, Happened<RolloutEvent> happened)
    {
        if (happened.Event is StepCompleted e)
        {
            _all.Add(new AdvanceStory(
                happened.At, happened.Version, e.Phase, e.Step, happened.Actor, e.OverrideReason, e.Reason,
                [.. GateRows.Of(before, happened.At).Select(row => new AdvanceGate(row.Gate, row.Kind, row.Name, row.Verdict, row.Text))],
                [.. e.Evidence]));
        }
    }
}
