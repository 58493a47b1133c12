using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>
/// A segment that was taken back once gets less patience after it is restored: its rules fire after half of their "for",
/// without a cool-down. While it is on legacy there is nothing to watch: no user in it is served by new.
/// </summary>
internal static class CloserWatch
{
    /// <summary>The trigger as it is judged at this moment.</summary>
    public static Trigger Of(RolloutState state, Trigger trigger, DateTimeOffset at) => Until(state, trigger, at) is null
        ? trigger
        : trigger with { CoolDown = TimeSpan.Zero, Rule = trigger.Rule with { For = trigger.Rule.For / 2 } };

    /// <summary>The evidence with a note on how it was judged.</summary>
    public static Evidence Explain(RolloutState state, Trigger trigger, DateTimeOffset at, Evidence evidence) =>
        Until(state, trigger, at) is not { } until
        ? evidence
        : evidence with
        {
            Text = $"{evidence.Text} {trigger.Rule.Condition.Segment()} was restored at {state.Restored[trigger.Rule.Condition.Segment()!].At:u}"
                + $" and is watched more closely until {until:u}: half of 'for', no cool-down.",
        };

    private static DateTimeOffset? Until(RolloutState state, Trigger trigger, DateTimeOffset at) =>
        trigger.Rule.Condition.Segment() is { } segment && state.Restored.TryGetValue(segment, out var restored)
            && at < restored.CloserUntil
            ? restored.CloserUntil
            : null;
}
