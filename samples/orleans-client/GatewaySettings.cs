using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Orleans.Configuration;
using Orleans.Connections.Security;

namespace Orchestrator.Samples.OrleansClient;

/// <summary>Where the gateways are, and how the service shows who it is.</summary>
/// <param name="Gateways">Addresses of the gateways.</param>
/// <param name="Cluster">The silos' <c>Orchestrator:Cluster:Id</c>.</param>
/// <param name="Own">Certificate and key of the service; null for gateways without TLS.</param>
/// <param name="Authority">Authority that signed the certificates of the silos.</param>
internal sealed record GatewaySettings(IPEndPoint[] Gateways, string Cluster, X509Certificate2? Own, X509Certificate2Collection Authority)
{
    /// <summary>A late answer is worth nothing: the service goes on with legacy.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static GatewaySettings Read(IConfiguration settings)
    {
        var authority = new X509Certificate2Collection();
        if (settings["Authority"] is { } file)
        {
            authority.ImportFromPemFile(file);
        }

        return new GatewaySettings(
            [.. (settings["Gateway"] ?? "127.0.0.1:30000").Split(',').Select(IPEndPoint.Parse)],
            settings["Cluster"] ?? "orchestrator",
            settings["Certificate"] is { } certificate ? X509Certificate2.CreateFromPemFile(certificate, settings["Key"]) : null,
            authority);
    }

    public void Configure(IClientBuilder client)
    {
        client.UseStaticClustering(Gateways);
        client.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = ("orchestrator", Cluster));
        client.Configure<ClientMessagingOptions>(messages => messages.ResponseTimeout = Patience);
        if (Own is not null)
        {
            client.UseTls(Own, tls =>
            {
                tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
                tls.OnAuthenticateAsClient = (_, options) => options.TargetHost = "orchestrator";
                tls.RemoteCertificateValidation = (certificate, _, _) => IsSilo(certificate);
            });
        }
    }

    /// <summary>Silos are found by address, so that names do not count: the signature of the cluster's authority does.</summary>
    private bool IsSilo(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
