using Microsoft.FeatureManagement;

namespace Orchestrator.Client.FeatureManagement;

/// <summary>The flags that the orchestrator knows as features with one filter; the others as they were.</summary>
internal sealed class RoutedDefinitions(IRouter router, IFeatureDefinitionProvider others) : IFeatureDefinitionProvider
{
    /// <summary>Any user, or none: what matters is whether there is such a flag.</summary>
    private static readonly User Nobody = new(null);

    public Task<FeatureDefinition> GetFeatureDefinitionAsync(string featureName) =>
        router.Route(featureName, Nobody).Flag is not null ? Task.FromResult(Routed(featureName)) : others.GetFeatureDefinitionAsync(featureName);

    public async IAsyncEnumerable<FeatureDefinition> GetAllFeatureDefinitionsAsync()
    {
        var known = router.Flags;
        foreach (var flag in known)
        {
            yield return Routed(flag);
        }

        await foreach (var other in others.GetAllFeatureDefinitionsAsync())
        {
            if (!known.Contains(other.Name))
            {
                yield return other;
            }
        }
    }

    private static FeatureDefinition Routed(string name) => new() { Name = name, EnabledFor = [new FeatureFilterConfiguration { Name = RoutedFilter.Alias }] };
}
