using Orchestrator.Domain.Leases;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts;

/// <summary>
/// Users on new if the control plane vanished at this moment: every node would go on by its lease and the plan's <c>onStale</c>.
/// </summary>
/// <param name="Percentage">Share of all users that would stay on new at first, 0 to 100.</param>
/// <param name="Audience">The same with segments, as display text.</param>
/// <param name="For">Time after which no user is on new; null when they would stay without end.</param>
/// <param name="Text">Display text, one sentence.</param>
public sealed record DeadMan(decimal Percentage, string Audience, TimeSpan? For, string Text)
{
    /// <summary>The audience after the loss of the control plane.</summary>
    /// <param name="state">The rollout.</param>
    /// <param name="lease">The longest lease of any node.</param>
    public static DeadMan Of(RolloutState state, TimeSpan lease)
    {
        var audience = state.Serving ? StepAudience.Of(state).Without(state.TakenBack) : StepAudience.None;
        if (audience.Percentage == Share.None && audience.Segments.IsEmpty && audience.Shares.IsEmpty)
        {
            return new DeadMan(0, audience.Text, TimeSpan.Zero, "If the control plane vanished now, everyone would stay on legacy.");
        }

        var begins = $"If the control plane vanished now, {audience.Text} would stay on new";
        return Bound(state, lease) is { } bound
            ? new DeadMan(audience.Percentage.Percent, audience.Text, bound,
                $"{begins} for at most {Durations.Rounded(bound)} ({(bound == lease + LeaseBounds.Margin ? "the lease" : "the lease and 'onStale'")}), then everyone would be on legacy.")
            : new DeadMan(audience.Percentage.Percent, audience.Text, null, $"{begins} until it is back (onStale: last).");
    }

    /// <summary>Time after which a node that is cut off answers no user by what it last knew; null when it does so without end.</summary>
    public static TimeSpan? Bound(RolloutState state, TimeSpan lease) => state.Phase is null
        ? lease + LeaseBounds.Margin
        : state.Plan.OnStaleIn(state.PhaseIndex).KeepLastFor + lease + LeaseBounds.Margin;
}
