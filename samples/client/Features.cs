using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Orchestrator.Samples.Client;

/// <summary>Code that asks Microsoft.FeatureManagement and does not know the orchestrator.</summary>
internal static class Features
{
    public static async Task<string> Ask(IFeatureManager features, string user) =>
        await features.IsEnabledAsync(Flags.NewArchitecture, new TargetingContext { UserId = user, Groups = ["internal"] }) ? "new" : "legacy";
}
