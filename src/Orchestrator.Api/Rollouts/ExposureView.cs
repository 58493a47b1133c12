using Orchestrator.Domain.People;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Cluster;

namespace Orchestrator.Api.Rollouts;

/// <summary>Counted exposure of a rollout's users, from this node's memory: a number that was counted, or none with the reason.</summary>
/// <param name="Numbers">The exposure; null for none.</param>
/// <param name="Reason">Reason for none; null where there is one.</param>
internal sealed record ExposureView(Exposure? Numbers, string? Reason)
{
    /// <summary>The view of a past moment.</summary>
    public static ExposureView OfPast { get; } = new(null, "Users are counted for the present only.");

    /// <summary>The exposure up to now.</summary>
    /// <param name="keeper">This node's counts.</param>
    /// <param name="state">State of the rollout.</param>
    /// <param name="faults">Faults, oldest first.</param>
    /// <param name="now">Orchestrator time.</param>
    public static ExposureView Of(PeopleKeeper keeper, RolloutState state, IEnumerable<FaultTime> faults, DateTimeOffset now)
    {
        var tally = keeper.Of(state.Environment, state.Plan.Flag, state.Id);
        return Exposures.Of(tally, ExposureTimes.Phases(state), faults, now) is { } exposure ? new ExposureView(exposure, null)
            : tally is null ? new ExposureView(null, "The rollout does not decide its flag, so no users are counted.")
            : new ExposureView(null, "No hour was counted: no evaluation with a targeting key was, or there was no room for all users.");
    }
}
