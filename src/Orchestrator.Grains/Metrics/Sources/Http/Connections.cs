using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Orchestrator.Grains.Egress;
using Orchestrator.Grains.Metrics.Sources.Credentials;

namespace Orchestrator.Grains.Metrics.Sources.Http;

/// <summary>Connections of one set of credentials; a connection with a client certificate is not shared.</summary>
internal sealed class Connections : IDisposable
{
    /// <summary>Most servers remembered as asking for a certificate.</summary>
    private const int MostWanting = 1000;

    /// <summary>Servers that asked for a client certificate when there was none.</summary>
    private readonly ConcurrentDictionary<string, bool> _wanting = new(StringComparer.OrdinalIgnoreCase);

    public Connections(EgressList egress, SourceCredentials? credentials)
    {
        var tls = new SslClientAuthenticationOptions();
        if (credentials?.Authorities is { } authorities)
        {
            tls.CertificateChainPolicy =
                new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        if (credentials?.Certificate is { } certificate)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        }
        else
        {
            tls.LocalCertificateSelectionCallback = NoCertificate;
        }

        Client = OutgoingHttp.Listed(egress, sockets =>
        {
            sockets.AutomaticDecompression = DecompressionMethods.None;
            sockets.MaxConnectionsPerServer = 8;
            sockets.SslOptions = tls;
        });
    }

    public HttpClient Client { get; }

    /// <summary>True when that server asked for a client certificate and got none.</summary>
    public bool CertificateWanted(string host) => _wanting.ContainsKey(host);

    public void Dispose() => Client.Dispose();

    private X509Certificate NoCertificate(object sender, string targetHost, X509CertificateCollection localCertificates,
        X509Certificate? remoteCertificate, string[] acceptableIssuers)
    {
        // The server is known only after its first message; before that, this callback is asked for a guess.
        if (remoteCertificate is not null && _wanting.Count < MostWanting)
        {
            _wanting[targetHost] = true;
        }

        return null!;
    }
}
