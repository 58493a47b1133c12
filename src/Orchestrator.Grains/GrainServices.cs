using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Checkpoints;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Egress;
using Orchestrator.Grains.Health;
using Orchestrator.Grains.Integrity;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Metrics;
using Orchestrator.Grains.Metrics.Otlp;
using Orchestrator.Grains.Metrics.Signals;
using Orchestrator.Grains.Metrics.Sources;
using Orchestrator.Grains.Metrics.Sources.Credentials;
using Orchestrator.Grains.Metrics.Sources.Http;
using Orchestrator.Grains.Notifications;
using Orchestrator.Grains.Notifications.Channels;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Rollouts.Verification;
using Orchestrator.Grains.Rollouts.WhatIf;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Segments;
using Orchestrator.Grains.Serialization;
using Orchestrator.Grains.Telemetry;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;
using Orchestrator.Grains.World.Snapshots;

namespace Orchestrator.Grains;

/// <summary>
/// Registers the grains and the node's view of the log. Storage, a clock, the node's identity and its cluster's settings are registered
/// elsewhere.
/// </summary>
public static class GrainServices
{
    /// <summary>
    /// The node's view of the log: everything that a node without grains needs to answer from it. <see cref="PendingRollbacks"/> need a
    /// <see cref="PendingRollbackFolder"/>.
    /// </summary>
    public static IServiceCollection AddOrchestratorWorld(this IServiceCollection services)
    {
        services.AddSingleton(_ => new LargeBodies());
        services.AddSingleton<OtlpReads>();
        services.AddSingleton<RaisedAlarms>();
        services.AddSingleton<LogWriting>();
        services.AddSingleton<SnapshotSlot>();
        services.AddSingleton<FinishedStates>();
        services.AddSingleton<WorldSnapshots>();
        services.AddSingleton<PastWorlds>();
        services.AddSingleton<WorldFollower>();
        services.AddSingleton<IWorld>(provider => provider.GetRequiredService<WorldFollower>());
        services.AddSingleton<IEarlyWithdrawals>(provider => provider.GetRequiredService<WorldFollower>());
        services.AddSingleton<IEvaluationKeys, EvaluationKeys>();
        services.AddSingleton(new KeyUses(TimeProvider.System));
        services.AddSingleton<PeopleKeys>();
        services.AddSingleton<RoutingFollower>();
        services.AddSingleton<IRoutingTables>(provider => provider.GetRequiredService<RoutingFollower>());
        services.AddSingleton<IWorldObserver>(provider => provider.GetRequiredService<RoutingFollower>());
        services.AddLease();
        services.AddSingleton<SegmentAnswers>();
        services.AddHostedService(provider => provider.GetRequiredService<WorldFollower>());
        services.AddHostedService<NodeGauges>();
        services.AddSingleton<NewestRounds>();
        services.AddHostedService<RolloutGauges>();
        services.AddSingleton<Checkpoints.Checkpoints>();
        services.AddSingleton(provider => IntegritySettings.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<LogAudit>();
        services.AddHostedService<AuditPass>();
        services.AddHostedService<ClockWatch>();
        services.AddSingleton<RefusedSamples>();
        services.AddSingleton<NodeAlarms>();
        services.AddSingleton(new NodeUptime());
        services.AddSingleton<DirectRollback>();
        services.AddSingleton<PendingRollbacks>();
        services.AddSingleton<PeopleKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<PeopleKeeper>());
        services.AddSingleton(provider => new ServedLately(provider.GetRequiredService<IRoutingTables>(), TimeProvider.System));
        return services.AddHostedService<NodeReporter>();
    }

    /// <summary>The grains, for a process that is a silo, and <see cref="AddOrchestratorWorld"/>.</summary>
    public static IServiceCollection AddOrchestratorGrains(this IServiceCollection services)
    {
        services.AddGrainMessages();
        services.AddOrchestratorWorld();
        services.AddCluster();
        services.AddHostedService(provider => provider.GetRequiredService<LogWriting>());
        services.AddSingleton(new SnapshotSettings());
        services.AddHostedService<SnapshotWriter>();
        services.AddSingleton(provider => SignalSettings.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<SignalKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<SignalKeeper>());
        services.AddSingleton(_ => new WhatIfJobs());
        services.AddSingleton<WhatIfRunner>();
        services.AddSingleton<EvaluationScheduler>();
        services.AddSingleton<IEvaluationScheduler>(provider => provider.GetRequiredService<EvaluationScheduler>());
        services.AddSingleton<FlagSuccession>();
        services.AddSingleton<FlagClaims>();
        services.AddSingleton<PlanSegments>();
        services.AddSingleton<PlanSalts>();
        services.AddSingleton<RolloutCreator>();
        services.AddSingleton<RolloutGuards>();
        services.AddHostedService(provider => provider.GetRequiredService<RolloutGuards>());
        services.AddHostedService<RolloutWatchdog>();
        services.AddVerification();
        services.AddSources();
        services.AddHostedService<SourceWaker>();
        services.AddHostedService<PopulationReporter>();

        // Last, so that it stops first: it needs the world and calls grains.
        return services.AddNotifications().AddCheckpoints();
    }

    /// <summary>
    /// Retries rollbacks that were requested while the log was unavailable. On nodes with grains after them, so that it stops first.
    /// </summary>
    public static IServiceCollection AddPendingRollbacks(this IServiceCollection services) =>
        services.AddHostedService(provider => provider.GetRequiredService<PendingRollbacks>());

    /// <summary>Stops before the services it needs. A sink of a store is registered by its owner.</summary>
    private static IServiceCollection AddCheckpoints(this IServiceCollection services)
    {
        services.AddSingleton<CheckpointSinks>(provider =>
        {
            var settings = provider.GetRequiredService<CheckpointSettings>();
            return new CheckpointSinks(
            [
                .. settings.Folder is { } folder ? [new FolderSink(folder)] : Array.Empty<ICheckpointSink>(),
                .. settings.Webhook is { } target ? [new WebhookSink(
                    target, settings.WebhookKeys, provider.GetRequiredService<ChannelHttp>())] : Array.Empty<ICheckpointSink>(),
                .. provider.GetServices<ICheckpointSink>(),
            ]);
        });
        return services.AddHostedService<CheckpointExport>();
    }

    private static void AddSources(this IServiceCollection services)
    {
        services.AddSingleton<CredentialSettings>();
        services.AddSingleton<SourceHttp>();
        services.AddSingleton<PrometheusClient>();
        services.AddSingleton<PrometheusHistory>();
        services.AddSingleton<SourceKinds>();
    }

    private static void AddCluster(this IServiceCollection services)
    {
        services.AddSingleton<Silos>();
        services.AddSingleton<SiloDeaths>();
        services.AddSingleton<IPeerNotifier, PeerNotifier>();
        services.AddSingleton<LocalServed>();
        services.AddGrainService<NodeService>();
    }

    /// <summary>
    /// Trust of this node in its table. Its observer runs after the routing table's, so the table already has what this vouches for. Needs
    /// <see cref="LeaseSettings"/> among the services.
    /// </summary>
    private static void AddLease(this IServiceCollection services)
    {
        services.AddSingleton<LogHeadSignal>();
        services.AddSingleton<NodeLease>();
        services.AddSingleton<ITableTrust>(provider => provider.GetRequiredService<NodeLease>());
        services.AddSingleton<IWorldObserver>(provider => provider.GetRequiredService<NodeLease>());
        services.AddHostedService<LeaseThread>();
        services.AddSingleton<GuardFollower>();
        services.AddHostedService(provider => provider.GetRequiredService<GuardFollower>());
    }

    /// <summary>
    /// Verification of rollbacks. Its observer runs after the routing table's: when it sees a rollback, the route has changed.
    /// </summary>
    private static void AddVerification(this IServiceCollection services)
    {
        services.AddSingleton(provider => EgressList.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<Prober>();
        services.AddSingleton<LocalPropagation>();
        services.AddSingleton<IPropagation, ClusterPropagation>();
        services.AddSingleton<VerificationSteps>();
        services.AddSingleton(provider => new RollbackSignal(provider.GetRequiredService<OrchestratorClock>));
        services.AddSingleton<IWorldObserver>(provider => provider.GetRequiredService<RollbackSignal>());
        services.AddHostedService<RollbackVerificationWorker>();
    }
}
