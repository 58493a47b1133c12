using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace Orchestrator.Silo.Cluster;

/// <summary>
/// TLS between silos. Each shows a certificate of the cluster's own authority, in both directions: a process without one can neither call grains nor be called.
/// Names in certificates do not count, since silos find each other by address; the authority must sign for this cluster alone.
/// </summary>
/// <param name="Certificate">The silo's own, with its key.</param>
/// <param name="Authorities">Authorities that may have signed the certificate of another silo.</param>
internal sealed record ClusterTls(X509Certificate2 Certificate, X509Certificate2Collection Authorities)
{
    public static readonly string[] Keys = [CertificateKey, KeyKey, AuthorityKey];

    private const string CertificateKey = "Cluster:Tls:Certificate";
    private const string KeyKey = "Cluster:Tls:Key";
    private const string AuthorityKey = "Cluster:Tls:Authority";

    /// <summary>Reads the three PEM files; null where none is named.</summary>
    public static ClusterTls? Read(IConfigurationSection section, bool several, List<string> errors)
    {
        if (Array.TrueForAll(Keys, key => string.IsNullOrEmpty(section[key])))
        {
            return null;
        }

        if (!several)
        {
            errors.Add($"{section.Key}:{CertificateKey} is for silos of a cluster, but {section.Key}:Storage is 'embedded': there is no other silo");
            return null;
        }

        var missing = Array.FindAll(Keys, key => string.IsNullOrEmpty(section[key]));
        errors.AddRange(missing.Select(key => $"{section.Key}:{key} is needed: TLS between silos needs a certificate, its key and the authority that signed it"));
        if (missing.Length > 0)
        {
            return null;
        }

        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(section[AuthorityKey]!);
            var tls = new ClusterTls(X509Certificate2.CreateFromPemFile(section[CertificateKey]!, section[KeyKey]), authorities);
            if (tls.Accepts(tls.Certificate, null))
            {
                return tls;
            }

            errors.Add($"{section.Key}:{CertificateKey} is not signed by {section.Key}:{AuthorityKey}, or is not valid now: no other silo would accept it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            errors.Add($"{section.Key}:Cluster:Tls cannot be read as PEM: {e.Message}");
        }

        return null;
    }

    public void Configure(TlsOptions options)
    {
        options.LocalCertificate = Certificate;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (certificate, chain, _) => Accepts(certificate, chain);
        options.OnAuthenticateAsClient = (_, client) => client.TargetHost = Certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }

    private bool Accepts(X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate);
    }
}
