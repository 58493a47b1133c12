using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;
using Orchestrator.Client.FeatureManagement;
using Orchestrator.Client.Table;

namespace Orchestrator.Client.Tests;

/// <summary>Code written for Microsoft.FeatureManagement, unchanged.</summary>
public sealed class FeatureManagementTests
{
    [Fact]
    public async Task Feature_manager_answers_as_the_router_does_for_a_passed_user()
    {
        await using var services = Services();
        var (features, router) = (services.GetRequiredService<IFeatureManager>(), services.GetRequiredService<IRolloutRouter>());

        foreach (var key in Enumerable.Range(0, 200).Select(i => $"user-{i}"))
        {
            var passed = await features.IsEnabledAsync("flag", new TargetingContext { UserId = key });
            Assert.Equal(router.Route("flag", key).IsNew, passed);
        }
    }

    [Fact]
    public async Task Feature_manager_takes_the_ambient_user_and_groups_are_attributes()
    {
        await using var services = Services(new Ambient("user-1", "vip"));
        var features = services.GetRequiredService<IFeatureManager>();

        Assert.True(await features.IsEnabledAsync("everyone"));
        Assert.Equal(services.GetRequiredService<IRolloutRouter>().Route("flag", "user-1").IsNew, await features.IsEnabledAsync("flag"));
    }

    [Fact]
    public async Task Features_of_the_configuration_stay_what_they_were()
    {
        await using var services = Services();
        var features = services.GetRequiredService<IFeatureManager>();

        Assert.True(await features.IsEnabledAsync("local"));
        Assert.False(await features.IsEnabledAsync("nobody-knows-it"));
        var names = new List<string>();
        await foreach (var name in features.GetFeatureNamesAsync())
        {
            names.Add(name);
        }

        Assert.Equal(["everyone", "flag", "local"], names.Order(StringComparer.Ordinal));
    }

    private static ServiceProvider Services(ITargetingContextAccessor? ambient = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["FeatureManagement:local"] = "true", ["FeatureManagement:flag"] = "false" }).Build());
        if (ambient is not null)
        {
            services.AddSingleton(ambient);
        }

        services.AddSingleton<IRolloutRouter>(new TableRouter(HotPathTests.Holder(
            TimeProvider.System, TimeSpan.FromHours(1), HotPathTests.Split("9f3b2c71", 50_000), HotPathTests.Split("9f3b2c71", 100_000, "everyone"))));
        services.AddFeatureManagement().WithOrchestrator();
        return services.BuildServiceProvider();
    }

    private sealed class Ambient(string user, params string[] groups) : ITargetingContextAccessor
    {
        public ValueTask<TargetingContext> GetContextAsync() =>
            ValueTask.FromResult(new TargetingContext { UserId = user, Groups = groups });
    }
}
