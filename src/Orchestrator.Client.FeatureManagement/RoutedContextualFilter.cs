using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Orchestrator.Client.FeatureManagement;

/// <summary>On for users on new, and for a static flag that is true. The user is the targeting context of the call.</summary>
[FilterAlias(RoutedFilter.Alias)]
internal sealed class RoutedContextualFilter(IRolloutRouter router, TargetingUser user) : IContextualFeatureFilter<ITargetingContext>
{
    public Task<bool> EvaluateAsync(FeatureFilterEvaluationContext featureFilterContext, ITargetingContext appContext) =>
        Task.FromResult(router.Route(featureFilterContext.FeatureName, user.Make(appContext)).Value(false));
}
