using Npgsql;
using Orchestrator.Silo.Settings;
using Orleans.Configuration;
using Orleans.Connections.Security;

namespace Orchestrator.Silo.Cluster;

/// <summary>Cluster membership: discovery of silos and detection of dead ones.</summary>
internal static class Membership
{
    private const string Service = "orchestrator";

    /// <summary>Port in the name of the last embedded silo of this process; a process that is no test has one.</summary>
    private static int s_named = 11110;

    public static void UseMembership(this ISiloBuilder silo, SiloSettings settings)
    {
        var place = settings.Place;
        if (settings.Postgres is not { } connection)
        {
            // A name for itself, since Orleans wants one: nothing listens there.
            silo.UseLocalhostClustering(place.SiloPort ?? Interlocked.Increment(ref s_named), 0, null, Service, place.Id);
            NoConnections.Replace(silo.Services);
            return;
        }

        var port = place.SiloPort ?? FreePort.Pick();
        if (place.Tls is { } tls)
        {
            silo.Configure<SiloConnectionOptions>(connections => UseTls(connections, tls));
        }

        // Also on a silo without a gateway: a client's call may be for a grain here, and come from another silo's gateway.
        silo.AddIncomingGrainCallFilter<GatewayGuard>();
        silo.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = (Service, place.Id));
        silo.ConfigureEndpoints(place.Address, port, place.GatewayPort ?? 0, listenOnAnyHostAddress: false);
        silo.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = ("Npgsql", OwnConnection(connection)));
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(2);
            membership.MinProbeTimeout = TimeSpan.FromSeconds(2);
            // It also bounds how long a silo that hangs with open connections keeps the others from voting: three times the largest.
            membership.MaxProbeTimeout = TimeSpan.FromSeconds(2);
            membership.NumMissedProbesLimit = 3;
            membership.NumVotesForDeathDeclaration = 2;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(10);
            membership.DefunctSiloExpiration = TimeSpan.FromHours(1);
            membership.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
        });
        // A call to a silo that died unnoticed must not wait longer than a caller waits.
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(15));
    }

    /// <summary>As UseTls of Orleans does it, but the gateway takes certificates of its own authority.</summary>
    private static void UseTls(SiloConnectionOptions connections, ClusterTls tls)
    {
        var (silos, gateway) = (new TlsOptions(), new TlsOptions());
        tls.Configure(silos);
        tls.ConfigureGateway(gateway);
        connections.ConfigureSiloInboundConnection(connection => connection.UseServerTls(silos));
        connections.ConfigureSiloOutboundConnection(connection => connection.UseClientTls(silos));
        connections.ConfigureGatewayInboundConnection(connection => connection.UseServerTls(gateway));
    }

    /// <summary>
    /// Membership must work when everything else waits: its own small pool, short limits, and the schema that holds its queries.
    /// </summary>
    private static string OwnConnection(string connection) => new NpgsqlConnectionStringBuilder("Timeout=3;Command Timeout=4;Cancellation Timeout=500;" + connection)
    {
        SearchPath = "orchestrator",
        ApplicationName = "orchestrator membership",
        MaxPoolSize = 4,
        MinPoolSize = 0,
    }.ConnectionString;
}
