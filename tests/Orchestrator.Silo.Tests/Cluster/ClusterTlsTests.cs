using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Orchestrator.Silo.Cluster;
using Orchestrator.Silo.Tests.Edge;

namespace Orchestrator.Silo.Tests.Cluster;

public sealed class ClusterTlsTests(ClusterDatabase database)
{
    private const string Plan = """
        plan: PLAN
        flag: flag-PLAN
        metrics: { error_rate: { ratio: errors / requests } }
        phases: [ { name: all, steps: [ { name: everyone, percentage: 100%, hold: 1h } ] } ]
        """;

    [Fact]
    public async Task Silos_talk_by_tls_and_to_no_one_without_a_certificate_of_the_cluster()
    {
        using var authority = new Authority();
        using var stranger = new Authority();
        var port = FreePort.Pick();
        await using var cluster =
            await TestCluster.Start(database, 1, [.. Settings(authority), string.Create(CultureInfo.InvariantCulture, $"--Orchestrator:Cluster:SiloPort={port}")]);
        await cluster.Create("tls", Plan);

        // A silo that takes a certificate says what it is; one that does not ends the connection without a word.
        using var known = Certificate(authority);
        using var other = Certificate(stranger);
        await using var taken = await Connect(port, authority, known);
        Assert.Equal(1, await taken.ReadAsync(new byte[1]).AsTask().WaitAsync(SiloHost.Patience));
        await Ended(port, authority, null);
        await Ended(port, authority, other);
    }

    [Fact]
    public async Task Two_silos_with_certificates_of_one_authority_are_one_cluster()
    {
        using var authority = new Authority();
        await using var cluster = await TestCluster.Start(database, 2, Settings(authority));
        await cluster.Create("tls-two", Plan);
        for (var i = 0; i < 8; i++)
        {
            // Grains are on either silo: some of these calls cross.
            await cluster.Create($"tls-two-{i}", Plan);
            await cluster.Silos[1].Admin.PostAsync($"/api/v1/rollouts/tls-two-{i}/start", Answers.Text("{}")).Json();
        }
    }

    [Fact]
    public async Task Certificate_of_a_client_opens_the_gateway_and_no_silos_port()
    {
        using var silos = new Authority();
        using var clients = new Authority();
        var (port, gateway) = (FreePort.Pick(), FreePort.Pick());
        await using var silo = await SiloHost.Start(settings:
        [
            "--Orchestrator:Cluster:Drain=0s", .. await database.New(), .. Settings(silos),
            $"--Orchestrator:Cluster:Tls:ClientAuthority={clients.RootFile}",
            string.Create(CultureInfo.InvariantCulture, $"--Orchestrator:Cluster:SiloPort={port}"),
            string.Create(CultureInfo.InvariantCulture, $"--Orchestrator:Cluster:GatewayPort={gateway}"),
        ]);
        using var client = Certificate(clients);
        using var member = Certificate(silos);

        // A gateway waits for the client to say what it is.
        await using var taken = await Connect(gateway, silos, client);
        var word = taken.ReadAsync(new byte[1]).AsTask();
        await Ended(gateway, silos, member);
        await Ended(gateway, silos, null);
        await Ended(port, silos, client);
        Assert.False(word.IsCompleted);
    }

    private static string[] Settings(Authority authority)
    {
        var (certificate, key) = authority.Issue();
        return
        [
            $"--Orchestrator:Cluster:Tls:Certificate={certificate}", $"--Orchestrator:Cluster:Tls:Key={key}", $"--Orchestrator:Cluster:Tls:Authority={authority.RootFile}",
        ];
    }

    private static X509Certificate2 Certificate(Authority authority)
    {
        var (certificate, key) = authority.Issue();
        return X509Certificate2.CreateFromPemFile(certificate, key);
    }

    private static async Task<SslStream> Connect(int port, Authority authority, X509Certificate2? own)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var tls =
            new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => authority.Signed(shown as X509Certificate2));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "rollouts.test", ClientCertificates = own is null ? [] : [own] });
        return tls;
    }

    /// <summary>Completes when the silo ends the connection, in the handshake or right after it.</summary>
    private static async Task Ended(int port, Authority authority, X509Certificate2? own)
    {
        try
        {
            await using var tls = await Connect(port, authority, own);
            Assert.Equal(0, await tls.ReadAsync(new byte[1]).AsTask().WaitAsync(SiloHost.Patience));
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // An alert, or a reset.
        }
    }
}
