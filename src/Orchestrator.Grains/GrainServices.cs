using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Egress;
using Orchestrator.Grains.Metrics.Sources;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Serialization;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains;

/// <summary>What the grains and the node's view of the log need, beside a log and a clock.</summary>
public static class GrainServices
{
    public static IServiceCollection AddOrchestratorGrains(this IServiceCollection services)
    {
        services.AddGrainMessages();
        services.AddSingleton<WorldFollower>();
        services.AddSingleton<IWorld>(provider => provider.GetRequiredService<WorldFollower>());
        services.AddSingleton<IEvaluationKeys, EvaluationKeys>();
        services.AddSingleton<RoutingFollower>();
        services.AddSingleton<IRoutingTables>(provider => provider.GetRequiredService<RoutingFollower>());
        services.AddSingleton<IWorldObserver>(provider => provider.GetRequiredService<RoutingFollower>());
        services.AddSingleton<EvaluationPump>();
        services.AddSingleton<RolloutGuards>();
        services.TryAddSingleton(EgressPolicy.Loopback);
        services.AddSingleton<PrometheusClient>();
        services.AddHostedService<NodeGauges>();
        services.AddHostedService(provider => provider.GetRequiredService<WorldFollower>());
        services.AddHostedService<SourceWaker>();
        return services.AddHostedService<RolloutWatchdog>();
    }
}
