using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Orchestrator.Client.FeatureManagement;

/// <summary>Registration beside <c>AddFeatureManagement()</c>.</summary>
public static class OrchestratorFeatures
{
    /// <summary>
    /// Lets <see cref="IFeatureManager"/> answer flags of the orchestrator's environment; all others stay with the provider that was there. The user is the
    /// targeting context that is passed, or that of the registered <see cref="ITargetingContextAccessor"/>. Needs
    /// <see cref="OrchestratorServices.AddOrchestrator"/>. Throws <see cref="InvalidOperationException"/> when there is no provider to stand before.
    /// </summary>
    /// <param name="features">What <c>AddFeatureManagement()</c> gave.</param>
    /// <param name="user">
    /// Makes a user of a targeting context; null takes the user id as the key, and each group as an attribute of that name that is true.
    /// </param>
    /// <returns>The same builder.</returns>
    public static IFeatureManagementBuilder WithOrchestrator(this IFeatureManagementBuilder features, Func<ITargetingContext, User>? user = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        var services = features.Services;
        var others = services.LastOrDefault(service => service.ServiceType == typeof(IFeatureDefinitionProvider))
            ?? throw new InvalidOperationException("Call AddFeatureManagement() first.");
        services.AddSingleton(new TargetingUser(user ?? TargetingUser.Of));
        services.AddSingleton<IFeatureDefinitionProvider>(provider => new RoutedDefinitions(provider.GetRequiredService<IRouter>(), Make(others, provider)));
        return features.AddFeatureFilter<RoutedFilter>().AddFeatureFilter<RoutedContextualFilter>();
    }

    private static IFeatureDefinitionProvider Make(ServiceDescriptor others, IServiceProvider provider) => (IFeatureDefinitionProvider)(
        others.ImplementationInstance ?? others.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, others.ImplementationType!));
}

internal sealed record TargetingUser(Func<ITargetingContext, User> Make)
{
    public static User Of(ITargetingContext context) => (context.Groups ?? []).Aggregate(new User(context.UserId), (user, group) => user.With(group, true));
}
