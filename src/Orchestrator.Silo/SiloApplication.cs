using System.Reflection;
using System.Security.Cryptography;
using Orchestrator.Api;
using Orchestrator.Api.Oidc;
using Orchestrator.Dashboard;
using Orchestrator.Dashboard.Sessions;
using Orchestrator.Grains;
using Orchestrator.Grains.Checkpoints;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Metrics;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;
using Orchestrator.Silo.Cluster;
using Orchestrator.Silo.Edge;
using Orchestrator.Silo.Maintenance;
using Orchestrator.Silo.Settings;
using Orchestrator.Storage;
using Orchestrator.Storage.Azure;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Silo;

/// <summary>The whole process, composed. The executable and the tests run this same one.</summary>
public static class SiloApplication
{
    private const string DefaultUrls = "http://127.0.0.1:5080";

    /// <summary>Largest body of any endpoint, with room for the endpoint itself to report what is too large.</summary>
    private const long LargestBody = (1024 + 64) * 1024;

    private static int s_made;

    /// <summary>Composes a silo that is not started yet. Throws <see cref="SettingsException"/> when its settings are invalid.</summary>
    /// <param name="args">Command line, as ASP.NET Core reads it.</param>
    /// <param name="real">Real time of the orchestrator's clock; the system's unless a test drives it. Leases and timeouts stay on the
    /// system's.</param>
    /// <param name="output">Output for the first key; standard output unless a test captures it.</param>
    /// <param name="also">Additional or replaced services, for a test.</param>
    /// <param name="boot">Boot id of a test's clocks; null for that of the system's clocks, and for none of a test's.</param>
    public static WebApplication Build(
        string[] args, TimeProvider? real = null, TextWriter? output = null, Action<IServiceCollection>? also = null, string? boot = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = typeof(SiloApplication).Assembly.GetName().Name,
        });
        var settings = SiloSettings.Read(builder.Configuration);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultUrls);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });

        var services = builder.Services;
        services.AddConnectionGuard(settings.Connections);
        services.AddEdge(settings.Edge);
        services.AddSingleton(settings);
        services.AddSingleton(new StartOutput(output ?? Console.Out));
        services.AddSingleton(new LeaseSettings(settings.Lease, TimeProvider.System, HoldsGrains: !settings.Evaluation));
        var node = new NodeIdentity(
            NodeId(settings.NodeName), settings.Evaluation ? NodeIdentity.Evaluation : NodeIdentity.Silo, Version(),
            settings.Lease)
        { Name = settings.NodeName ?? Environment.MachineName.ToLowerInvariant() };
        services.AddSingleton(node);
        // First: it locks the data folder or opens the database, or ends the start.
        services.AddStorage(settings, builder.Configuration);
        // The clock is needed to construct everything else, so its few reads of the store are awaited here.
        services.AddSingleton(new ClockMarkFile(Path.Combine(settings.Data, "clock.json"), boot ?? (real is null ? ClockMarkFile.ThisBoot() : null)));
        services.AddSingleton(provider => PersistedTime.Open(provider, real ?? TimeProvider.System).GetAwaiter().GetResult());
        services.AddSingleton(provider => PersistedClock.Open(
            provider.GetRequiredService<InstallationFacts>(), provider.GetRequiredService<INodeRegistry>(),
            provider.GetRequiredService<SteadyTime>(), settings.Speed).GetAwaiter().GetResult());
        // As for the clock: no request can be authenticated without it.
        services.AddSingleton(provider => PersistedSecret.Open(provider.GetRequiredService<InstallationFacts>()).GetAwaiter().GetResult());
        services.AddSingleton(CheckpointSettings.Read(builder.Configuration, settings.Data));
        if (settings.Evaluation)
        {
            services.AddOrchestratorWorld();
            services.AddSingleton(NoGrains.Factory);
            services.AddSingleton<EvaluationScheduler>();
            services.AddSingleton<IEvaluationScheduler>(provider => provider.GetRequiredService<EvaluationScheduler>());
            services.AddPendingRollbacks();
        }
        else
        {
            builder.Host.UseOrleans(silo =>
            {
                silo.UseMembership(settings);
                silo.Services.AddKeyedSingleton<TimeProvider>(
                    TimeProviderNames.Grains, (provider, _) => provider.GetRequiredService<OrchestratorClock>());
            });
            services.AddSingleton(new ClusterSettings(settings.Place.Push));
            services.AddOrchestratorGrains();
            services.AddPendingRollbacks();
            services.AddHostedService<FirstKeys>();
        }

        services.AddHostedService<PrivateData>();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<ScheduledBackups>(
            provider, settings, BackupSettings.Read(builder.Configuration), real ?? TimeProvider.System));
        services.AddSingleton(new PendingRollbackFolder(Path.Combine(settings.Data, "kept")));
        services.AddOrchestratorApi(OidcSettings.Read(builder.Configuration), real ?? TimeProvider.System);
        services.AddDashboard();
        services.AddSingleton<ISessionStore, SessionFacts>();
        services.AddSessions(
            SessionSettings.Read(builder.Configuration), OidcSettings.Read(builder.Configuration), real ?? TimeProvider.System);
        services.AddHostedService<StartReport>();
        services.AddHostedService<Draining>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(15));
        services.AddOwnMetrics(node.Id, node.Version);

        also?.Invoke(services);
        var app = builder.Build();
        try
        {
            app.UseEdge(settings.Edge);
            app.UseOrchestratorApi();
            app.UseDashboard();
            app.UseOwnMetrics(settings.MetricsPublic);
        }
        catch
        {
            // The pipeline opens the store: a start that fails must release the data folder.
            app.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }

        return app;
    }

    private static void AddStorage(this IServiceCollection services, SiloSettings settings, IConfiguration configuration)
    {
        if (settings.Postgres is { } connection)
        {
            services.AddPostgresStorage(connection);
        }
        else
        {
            services.AddEmbeddedStorage(settings.Data);
        }

        if (settings is { AzureState: true, Evaluation: false })
        {
            // After the store, whose grain storage it replaces.
            services.AddAzureGrainState(AzureGrainStateSettings.Read(configuration));
        }

        if (!settings.Evaluation && CheckpointSettings.Read(configuration, settings.Data).Container is { } container)
        {
            services.AddAzureCheckpoints(AzureGrainStateSettings.Read(configuration), container);
        }
    }

    /// <summary>
    /// Host name and process id; the second node of a process, as in tests, gets a number. A configured name may be used twice, and two
    /// nodes of one id would confirm for each other: it gets four random digits.
    /// </summary>
    private static string NodeId(string? name) => name is null ? NodeId() : $"{name}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";

    private static string NodeId() =>
        $"{Environment.MachineName.ToLowerInvariant()}-{Environment.ProcessId}{(Interlocked.Increment(ref s_made) is > 1 and var made ? $"-{made}" : "")}";

    private static string Version() =>
        typeof(SiloApplication).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "0";
}
