using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Benchmarks.Servers;
using Orchestrator.Contracts;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Routing;
using Orchestrator.PostgreSql;
using Orchestrator.Silo;
using Orleans.Configuration;

namespace Orchestrator.Benchmarks.Segment;

/// <summary>
/// Two silos and an Orleans client of the first one's gateway, all in this process; calls between them go over sockets as always.
/// </summary>
internal sealed class TwoSilos : IAsyncDisposable
{
    /// <summary>A segment whose grain lives on the first silo.</summary>
    public const string Here = "production/beta";

    /// <summary>A segment whose grain lives on the second silo.</summary>
    public const string There = "production/europe";

    private readonly List<IAsyncDisposable> _owned = [];
    private WebApplication[] _silos = [];
    private IHost _client = null!;

    /// <summary>Asks from within the first silo.</summary>
    public IGrainFactory Silo => _silos[0].Services.GetRequiredService<IGrainFactory>();

    /// <summary>Asks from outside.</summary>
    public IGrainFactory Client => _client.Services.GetRequiredService<IClusterClient>();

    /// <summary>The routing table of the first silo.</summary>
    public EnvironmentTable Table => _silos[0].Services.GetRequiredService<IRoutingTables>().Current.Environment("production")!;

    public static async Task<TwoSilos> Start()
    {
        var two = new TwoSilos();
        var postgres = await PostgresServer.StartAsync(fsync: false);
        two._owned.Add(postgres);
        var connection = await postgres.CreateDatabase("orchestrator");
        var gateway = ServerProcess.FreeAddress().Port;
        two._silos = [await two.StartSilo(connection, $"--Orchestrator:Cluster:GatewayPort={gateway}"), await two.StartSilo(connection)];
        await Begin(two._silos[0].Urls.Single(), two._silos[1].Urls.Single());
        await two.Until(silo => silo.Services.GetRequiredService<IRoutingTables>().Current.Environment("production") is { } table
            && table.TryFind("newCheckout", out var flag) && flag.Route!.Mode == RouteMode.Split);

        await two.Lives(Here, 0);
        await two.Lives(There, 1);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, gateway));
            client.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = ("orchestrator", "orchestrator"));
        });
        two._client = builder.Build();
        await two._client.StartAsync();
        return two;
    }

    public async ValueTask DisposeAsync()
    {
        await _client.StopAsync();
        _client.Dispose();
        foreach (var silo in _silos.Reverse())
        {
            await silo.StopAsync();
            await silo.DisposeAsync();
        }

        foreach (var owned in _owned)
        {
            await owned.DisposeAsync();
        }
    }

    private async Task<WebApplication> StartSilo(string connection, params string[] more)
    {
        var folder = new Folder();
        _owned.Add(new Gone(folder));
        var silo = SiloApplication.Build(
        [
            "--urls", "http://127.0.0.1:0", "--Orchestrator:Storage=postgres", $"--ConnectionStrings:Orchestrator={connection}",
            $"--Orchestrator:Data={folder.Path}", $"--ORCHESTRATOR_ADMIN_KEY={BenchSilo.AdminKey}", "--Orchestrator:Cluster:Drain=0s",
            "--Logging:LogLevel:Default=Warning", .. more,
        ]);
        await silo.StartAsync();
        return silo;
    }

    private async Task Until(Func<WebApplication, bool> so)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!_silos.All(so))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private async Task Lives(string segment, int silo)
    {
        var address = await Silo.GetGrain<IManagementGrain>(0).GetActivationAddress(Silo.GetGrain<ISegmentRouter>(segment));
        if (!_silos[silo].Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.Equals(address))
        {
            throw new InvalidOperationException($"The grain {segment} lives on {address}.");
        }
    }

    private static async Task Begin(string first, string second)
    {
        const string Plan = """
            plan: checkout
            flag: newCheckout
            segments:
              beta: { any: [ { attribute: internal, equals: true }, { attribute: group, equals: beta } ] }
              europe: { attribute: region, equals: eu }
            metrics: { error_rate: { ratio: errors / requests } }
            phases: [ { name: all, steps: [ { percentage: 25%, segments: [beta, europe], hold: 1h } ] } ]
            """;
        using var http = As(first);
        using var other = As(second);

        // A grain lives where it is called first.
        var europe = new { attribute = "region", equals = "eu" };
        (await other.PutAsJsonAsync("api/v1/segments/production/europe", europe)).EnsureSuccessStatusCode();
        using var plan = new StringContent(Plan, Encoding.UTF8, new MediaTypeHeaderValue("application/yaml"));
        (await http.PutAsync(new Uri("api/v1/plans/checkout", UriKind.Relative), plan)).EnsureSuccessStatusCode();
        var rollout = new { id = "r1", plan = "checkout", environment = "production" };
        (await http.PostAsJsonAsync("api/v1/rollouts", rollout)).EnsureSuccessStatusCode();
        (await http.PostAsJsonAsync("api/v1/rollouts/r1/start", new { })).EnsureSuccessStatusCode();
    }

    private static HttpClient As(string address)
    {
        var http = new HttpClient { BaseAddress = new Uri(address) };
        http.DefaultRequestHeaders.Add("X-API-Key", BenchSilo.AdminKey);
        return http;
    }

    private sealed class Gone(Folder folder) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
