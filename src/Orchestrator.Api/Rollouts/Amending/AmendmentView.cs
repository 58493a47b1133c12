using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Amending;

namespace Orchestrator.Api.Rollouts.Amending;

/// <summary>Preview of an amendment, as the API shows it.</summary>
internal static class AmendmentView
{
    /// <param name="state">The rollout.</param>
    /// <param name="amendment">The effect on it.</param>
    /// <param name="environment">Disagreements with the environment, beside those with the past.</param>
    public static object Of(RolloutState state, Amendment amendment, IEnumerable<InputError> environment)
    {
        var refusals = amendment.Refusals.Concat(environment).ToArray();
        return new
        {
            rollout = state.Id,
            version = state.Version,
            from = amendment.From,
            to = amendment.To,
            allowed = refusals.Length == 0,
            refusals = refusals.Select(one => new { one.Path, one.Message }),
            needsSecondPerson = !amendment.Looser.IsEmpty,
            looser = amendment.Looser,
            users = amendment.Users,
            restarts = amendment.Restarts,
            withdrawn = state.Reviews.Where(review => amendment.Withdrawn.Contains(review.Id)).Select(
                review => new { review.Id, review.Kind, review.Phase, review.Step, approved = review.Outcome == ReviewOutcome.Approved }),
            changes = amendment.Changes,
        };
    }
}
