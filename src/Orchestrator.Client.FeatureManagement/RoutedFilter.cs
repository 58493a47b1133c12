using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Orchestrator.Client.FeatureManagement;

/// <summary>On for users on new, and for a static flag that is true. The user is that of the targeting context accessor.</summary>
[FilterAlias(Alias)]
internal sealed class RoutedFilter(IRolloutRouter router, TargetingUser user, IServiceProvider services) : IFeatureFilter
{
    public const string Alias = "Orchestrator.Routed";

    private static readonly RolloutUser Unknown = new(null);
    private readonly ITargetingContextAccessor? _accessor = services.GetService<ITargetingContextAccessor>();

    public async Task<bool> EvaluateAsync(FeatureFilterEvaluationContext context)
    {
        var targeting = _accessor is null ? null : await _accessor.GetContextAsync().ConfigureAwait(false);
        return router.Route(context.FeatureName, targeting is null ? Unknown : user.Make(targeting)).Value(false);
    }
}
