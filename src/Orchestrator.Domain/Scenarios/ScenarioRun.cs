using System.Collections.Immutable;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Domain.Scenarios;

/// <summary>A plan after a scenario.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Events">All events, in order.</param>
/// <param name="State">The rollout at the end.</param>
/// <param name="Newest">The newest observation; null for none.</param>
/// <param name="Begun">First begin of each step that was reached.</param>
/// <param name="Problems">Commands that were refused, in words.</param>
public sealed record ScenarioRun(
    Scenario Scenario, Plan Plan, ImmutableArray<ScenarioEvent> Events, RolloutState State, Observation? Newest,
    ImmutableDictionary<string, DateTimeOffset> Begun, ImmutableArray<string> Problems)
{
    /// <summary>End of the simulated time.</summary>
    public DateTimeOffset End => Scenario.Start + Scenario.Length;

    /// <summary>The rollout at an instant: after all events up to it.</summary>
    public RolloutState StateAt(DateTimeOffset at) => LastAt(at)?.After ?? RolloutState.Initial;

    /// <summary>The newest event up to an instant; null for none.</summary>
    public ScenarioEvent? LastAt(DateTimeOffset at) => Events.LastOrDefault(one => one.At <= at);

    /// <summary>Time of an anchor; null when its step was not reached.</summary>
    public DateTimeOffset? Find(Anchor anchor) =>
        anchor.Step is not { } step ? Scenario.Start + anchor.After : Begun.TryGetValue(step, out var at) ? at + anchor.After : null;

    /// <summary>Share of users on new in a state.</summary>
    public static Share OnNew(RolloutState state) => state is { Serving: true, AwaitingConfirmation: null } ? state.Percentage : Share.None;

    /// <summary>Time from the start of a scenario, for sentences: <c>2w 3d</c>.</summary>
    public static string Offset(TimeSpan offset) => offset == TimeSpan.Zero ? "0s" : Durations.Rounded(offset);
}

/// <summary>An event of a scenario.</summary>
/// <param name="At">Its time.</param>
/// <param name="Event">The event.</param>
/// <param name="After">The rollout after it.</param>
/// <param name="Text">The event in one sentence.</param>
public sealed record ScenarioEvent(DateTimeOffset At, RolloutEvent Event, RolloutState After, string Text);
