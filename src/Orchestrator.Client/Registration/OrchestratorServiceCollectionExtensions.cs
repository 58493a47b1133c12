using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Client.Metrics;
using Orchestrator.Client.Registration;
using Orchestrator.Client.Shadow;
using Orchestrator.Client.Table;

namespace Orchestrator.Client;

/// <summary>Registration of the client.</summary>
public static class OrchestratorServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IRolloutRouter"/>, <see cref="IRolloutMetrics"/> and <see cref="IRolloutShadow"/>, and keeps the routing
    /// table up to date while the host runs. A <see cref="TimeProvider"/> among the services is the clock of the client. The
    /// host's start waits <see cref="OrchestratorOptions.StartWait"/> at most for the orchestrator and does not fail without
    /// it; wrong options throw <see cref="OptionsValidationException"/> there. A second call only sets more options.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddOrchestrator(this IServiceCollection services, Action<OrchestratorOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<OrchestratorOptions>().Configure(configure).ValidateOnStart();
        if (services.Any(service => service.ServiceType == typeof(TableHolder)))
        {
            return services;
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OrchestratorOptions>, OrchestratorOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(
            provider => new TableHolder(provider.GetRequiredService<TimeProvider>(), reports: Options(provider).IngestKey is not null));
        services.TryAddSingleton<IRolloutRouter, TableRouter>();
        services.TryAddSingleton(
            provider => new Meters(provider.GetRequiredService<TableHolder>(), Options(provider).IngestKey is not null));
        services.TryAddSingleton<IRolloutMetrics>(provider => provider.GetRequiredService<Meters>());
        services.TryAddSingleton<IRolloutShadow>(provider => ActivatorUtilities.CreateInstance<ShadowRunner>(provider, Options(provider)));
        services.AddSingleton<IHostedService>(Follower);
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<MetricsPusher>(provider, Options(provider)));
        return services;
    }

    private static OrchestratorOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<OrchestratorOptions>>().Value;

    private static TableFollower Follower(IServiceProvider provider)
    {
        var (options, time) = (Options(provider), provider.GetRequiredService<TimeProvider>());
        var file = options.CacheFile is { } path ? new TableFile(path, $"{options.Url} {options.Key}", time) : null;
        var holder = provider.GetRequiredService<TableHolder>();
        var keeper = new TableKeeper(file, holder, time, provider.GetRequiredService<ILogger<TableKeeper>>());
        var logger = provider.GetRequiredService<ILogger<TableFollower>>();
        return new TableFollower(holder, new TableSource(options, time), keeper, options, time, logger);
    }
}
