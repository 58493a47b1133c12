using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Configuration;

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
            silo.UseTls(tls.Configure);
        }

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

    /// <summary>Membership must work when everything else waits: its own small pool, short limits, and the schema that holds its queries.</summary>
    private static string OwnConnection(string connection) => new NpgsqlConnectionStringBuilder("Timeout=3;Command Timeout=4;Cancellation Timeout=500;" + connection)
    {
        SearchPath = "orchestrator", ApplicationName = "orchestrator membership", MaxPoolSize = 4, MinPoolSize = 0,
    }.ConnectionString;
}
