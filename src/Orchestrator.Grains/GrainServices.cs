using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Egress;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Metrics.Sources;
using Orchestrator.Grains.Notifications;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Rollouts.Aftermath;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Serialization;
using Orchestrator.Grains.Time;
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
        services.AddLease();
        services.AddSingleton<EvaluationPump>();
        services.AddSingleton<RolloutGuards>();
        services.AddHostedService(provider => provider.GetRequiredService<WorldFollower>());
        services.AddHostedService<RolloutWatchdog>();
        services.AddAftermath();
        services.AddHostedService<NodeGauges>();
        services.AddSingleton<PrometheusClient>();
        services.AddHostedService<SourceWaker>();
        services.AddSingleton<Checkpoints.Checkpoints>();
        services.AddHostedService(provider => provider.GetRequiredService<Checkpoints.Checkpoints>());

        // Last, so that it stops first: it needs the world and calls grains.
        return services.AddNotifications();
    }

    /// <summary>
    /// How sure this node is of its table. Its observer comes after the routing table's: what it promises can be read. Needs
    /// <see cref="LeaseSettings"/> among the services.
    /// </summary>
    private static void AddLease(this IServiceCollection services)
    {
        // Until rounds renew the store's guards.
        services.AddSingleton<IGuardStore, LocalGuards>();
        services.AddSingleton<HeadNews>();
        services.AddSingleton<NodeLease>();
        services.AddSingleton<INodeStanding>(provider => provider.GetRequiredService<NodeLease>());
        services.AddSingleton<IWorldObserver>(provider => provider.GetRequiredService<NodeLease>());
        services.AddHostedService<LeaseThread>();
        services.AddSingleton<GuardFollower>();
        services.AddHostedService(provider => provider.GetRequiredService<GuardFollower>());
    }

    /// <summary>What follows a rollback. Its observer comes after the routing table's: when it hears of a rollback, the route has changed.</summary>
    private static void AddAftermath(this IServiceCollection services)
    {
        services.AddSingleton(provider => EgressList.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<Prober>();
        services.AddSingleton<IPropagation, OwnPropagation>();
        services.AddSingleton<Legs>();
        services.AddSingleton(provider => new RollbackNews(provider.GetRequiredService<OrchestratorClock>));
        services.AddSingleton<IWorldObserver>(provider => provider.GetRequiredService<RollbackNews>());
        services.AddHostedService<AftermathWorker>();
    }
}
