using Microsoft.FeatureManagement.FeatureFilters;

namespace Orchestrator.Client.FeatureManagement;

/// <summary>Makes a user of a targeting context.</summary>
internal sealed record TargetingUser(Func<ITargetingContext, RolloutUser> Make)
{
    public static RolloutUser Of(ITargetingContext context) =>
        (context.Groups ?? []).Aggregate(new RolloutUser(context.UserId), (user, group) => user.With(group, true));
}
