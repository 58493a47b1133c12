using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
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
        await using var cluster = await TestCluster.Start(database, 1, [.. Settings(authority), string.Create(CultureInfo.InvariantCulture, $"--Orchestrator:Cluster:SiloPort={port}")]);
        await cluster.Create("tls", Plan);

        Assert.Null(await Handshake(port, authority, Certificate(authority)));
        Assert.NotNull(await Handshake(port, authority, null));
        Assert.NotNull(await Handshake(port, authority, Certificate(stranger)));
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

    /// <summary>Shakes hands with a silo as another would; null when it took the certificate. By TLS 1.2, where the client hears of that in the handshake.</summary>
    private static async Task<Exception?> Handshake(int port, Authority authority, X509Certificate2? own)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: true, (_, shown, _, _) => authority.Signed(shown as X509Certificate2));
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "rollouts.test", ClientCertificates = own is null ? [] : [own], EnabledSslProtocols = SslProtocols.Tls12,
            });
            return null;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return e;
        }
        finally
        {
            own?.Dispose();
        }
    }
}
