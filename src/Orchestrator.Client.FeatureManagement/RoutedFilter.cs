using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Orchestrator.Client.FeatureManagement;

/// <summary>On for users that the rollout takes to new, and for a static flag that is true; the user is the ambient one.</summary>
[FilterAlias(Alias)]
internal sealed class RoutedFilter(IRouter router, TargetingUser user, IServiceProvider services) : IFeatureFilter
{
    public const string Alias = "Orchestrator.Routed";

    private static readonly User Nobody = new(null);
    private readonly ITargetingContextAccessor? _ambient = services.GetService<ITargetingContextAccessor>();

    public async Task<bool> EvaluateAsync(FeatureFilterEvaluationContext context)
    {
        var targeting = _ambient is null ? null : await _ambient.GetContextAsync();
        return router.Route(context.FeatureName, targeting is null ? Nobody : user.Make(targeting)).Value(false);
    }
}

/// <summary>Likewise, for the user that was passed.</summary>
[FilterAlias(RoutedFilter.Alias)]
internal sealed class RoutedContextualFilter(IRouter router, TargetingUser user) : IContextualFeatureFilter<ITargetingContext>
{
    public Task<bool> EvaluateAsync(FeatureFilterEvaluationContext featureFilterContext, ITargetingContext appContext) =>
        Task.FromResult(router.Route(featureFilterContext.FeatureName, user.Make(appContext)).Value(false));
}
