using Microsoft.FeatureManagement;

namespace Orchestrator.Client.FeatureManagement;

/// <summary>Flags of the orchestrator, as features with one filter; all other features come from the provider before.</summary>
internal sealed class RoutedDefinitions(IRolloutRouter router, IFeatureDefinitionProvider others) : IFeatureDefinitionProvider
{
    /// <summary>A user without a key: only the existence of the flag matters.</summary>
    private static readonly RolloutUser Unknown = new(null);

    public Task<FeatureDefinition> GetFeatureDefinitionAsync(string featureName) => router.Route(featureName, Unknown).Flag is not null
        ? Task.FromResult(Routed(featureName))
        : others.GetFeatureDefinitionAsync(featureName);

    public async IAsyncEnumerable<FeatureDefinition> GetAllFeatureDefinitionsAsync()
    {
        var known = router.Flags;
        foreach (var flag in known)
        {
            yield return Routed(flag);
        }

        await foreach (var other in others.GetAllFeatureDefinitionsAsync().ConfigureAwait(false))
        {
            if (!known.Contains(other.Name))
            {
                yield return other;
            }
        }
    }

    private static FeatureDefinition Routed(string name) => new()
    {
        Name = name,
        EnabledFor = [new FeatureFilterConfiguration { Name = RoutedFilter.Alias }],
    };
}
