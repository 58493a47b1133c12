using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Orchestrator.Client.FeatureManagement;

/// <summary>Registration after <c>AddFeatureManagement()</c>.</summary>
public static class OrchestratorFeatureManagementBuilderExtensions
{
    /// <summary>
    /// Lets <see cref="IFeatureManager"/> answer flags of the orchestrator's environment; all other features stay with the
    /// provider that was registered before. The user is the targeting context of the call, or that of the registered
    /// <see cref="ITargetingContextAccessor"/>. Needs <see cref="OrchestratorServiceCollectionExtensions.AddOrchestrator"/>.
    /// Throws <see cref="InvalidOperationException"/> without a registered provider.
    /// </summary>
    /// <param name="features">The builder that <c>AddFeatureManagement()</c> returned.</param>
    /// <param name="user">
    /// Makes a user of a targeting context. Null takes the user id as the key, and each group as an attribute of that name with
    /// the value true.
    /// </param>
    /// <returns>The same builder.</returns>
    public static IFeatureManagementBuilder WithOrchestrator(
        this IFeatureManagementBuilder features, Func<ITargetingContext, RolloutUser>? user = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        var services = features.Services;
        var others = services.LastOrDefault(service => service.ServiceType == typeof(IFeatureDefinitionProvider))
            ?? throw new InvalidOperationException("Call AddFeatureManagement() first.");
        services.AddSingleton(new TargetingUser(user ?? TargetingUser.Of));
        services.AddSingleton<IFeatureDefinitionProvider>(
            provider => new RoutedDefinitions(provider.GetRequiredService<IRolloutRouter>(), Make(others, provider)));
        return features.AddFeatureFilter<RoutedFilter>().AddFeatureFilter<RoutedContextualFilter>();
    }

    private static IFeatureDefinitionProvider Make(ServiceDescriptor others, IServiceProvider provider) => (IFeatureDefinitionProvider)(
        others.ImplementationInstance
        ?? others.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, others.ImplementationType!));
}
