using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace Orchestrator.Silo.Settings;

/// <summary>
/// TLS between silos. Each shows a certificate of the cluster's own authority, in both directions: a process without one can neither call
/// grains nor be called. Names in certificates do not count, since silos find each other by address; the authority must sign for this
/// cluster alone.
/// </summary>
/// <param name="Certificate">The silo's own, with its key.</param>
/// <param name="Authorities">Authorities that may have signed the certificate of another silo.</param>
/// <param name="ClientAuthorities">Authorities that may have signed the certificate of a gateway's client; null without a gateway.</param>
internal sealed record ClusterTls(
    X509Certificate2 Certificate, X509Certificate2Collection Authorities, X509Certificate2Collection? ClientAuthorities = null)
{
    public static readonly string[] Keys = [CertificateKey, KeyKey, AuthorityKey, ClientAuthorityKey];

    private static readonly string[] Needed = [CertificateKey, KeyKey, AuthorityKey];

    private const string CertificateKey = "Cluster:Tls:Certificate";
    private const string KeyKey = "Cluster:Tls:Key";
    private const string AuthorityKey = "Cluster:Tls:Authority";
    private const string ClientAuthorityKey = "Cluster:Tls:ClientAuthority";

    /// <summary>Reads the PEM files; null where none is named.</summary>
    /// <param name="section">Settings of the process.</param>
    /// <param name="several">False with the embedded store: there is no other silo.</param>
    /// <param name="gateway">True where the silo opens a gateway, whose clients show certificates of another authority.</param>
    /// <param name="errors">Everything that is wrong.</param>
    public static ClusterTls? Read(IConfigurationSection section, bool several, bool gateway, List<string> errors)
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

        var missing = Array.FindAll(Needed, key => string.IsNullOrEmpty(section[key]));
        errors.AddRange(missing.Select(key => $"{section.Key}:{key} is needed: TLS between silos needs a certificate, its key and the authority that signed it"));
        if (missing.Length > 0 || !KnowsClients(section, gateway, errors))
        {
            return null;
        }

        try
        {
            var authorities = Authority(section[AuthorityKey]!);
            var clients = gateway ? Authority(section[ClientAuthorityKey]!) : null;
            var tls = new ClusterTls(X509Certificate2.CreateFromPemFile(section[CertificateKey]!, section[KeyKey]), authorities, clients);
            if (Accepts(authorities, tls.Certificate, null))
            {
                if (clients?.Any(one => Accepts(authorities, one, null)) != true)
                {
                    return tls;
                }

                errors.Add(
                    $"{section.Key}:{ClientAuthorityKey} must be another authority than {section.Key}:{AuthorityKey}, and not signed by it: "
                    + "what it signs for a client would make a silo");
                return null;
            }

            errors.Add($"{section.Key}:{CertificateKey} is not signed by {section.Key}:{AuthorityKey}, or is not valid now: no other silo would accept it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            errors.Add($"{section.Key}:Cluster:Tls cannot be read as PEM: {e.Message}");
        }

        return null;
    }

    /// <summary>TLS from silo to silo.</summary>
    public void Configure(TlsOptions options) => Configure(options, Authorities);

    /// <summary>TLS at the gateway: a client's certificate is signed by another authority, and so opens no silo's port.</summary>
    public void ConfigureGateway(TlsOptions options) => Configure(options, ClientAuthorities ?? Authorities);

    private void Configure(TlsOptions options, X509Certificate2Collection authorities)
    {
        options.LocalCertificate = Certificate;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (certificate, chain, _) => Accepts(authorities, certificate, chain);
        options.OnAuthenticateAsClient =
            (_, client) => client.TargetHost = Certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }

    private static bool KnowsClients(IConfigurationSection section, bool gateway, List<string> errors)
    {
        var named = !string.IsNullOrEmpty(section[ClientAuthorityKey]);
        if (gateway && !named)
        {
            errors.Add($"{section.Key}:{ClientAuthorityKey} is needed where {section.Key}:Cluster:GatewayPort opens a gateway with TLS: "
                + "the authority that signed the certificates of clients");
        }
        else if (!gateway && named)
        {
            errors.Add(
                $"{section.Key}:{ClientAuthorityKey} is for clients of a gateway, but {section.Key}:Cluster:GatewayPort opens none");
        }

        return gateway == named;
    }

    private static X509Certificate2Collection Authority(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities;
    }

    private static bool Accepts(X509Certificate2Collection authorities, X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate);
    }
}
