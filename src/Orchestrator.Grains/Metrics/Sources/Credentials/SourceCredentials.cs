using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Configuration;
using Orchestrator.Grains.Egress;

namespace Orchestrator.Grains.Metrics.Sources.Credentials;

/// <summary>
/// Credentials of this process for a server that plans query. The values stay in the configuration; plans have the name only.
/// </summary>
internal sealed class SourceCredentials
{
    private const string Hidden = "***";

    /// <summary>A shorter text could occur anywhere by chance.</summary>
    private const int ShortestSecret = 4;

    private readonly HostPattern[] _hosts;
    private readonly List<(string Name, string Value)> _headers = [];
    private readonly List<string> _secrets = [];

    /// <summary>Reads a section without errors.</summary>
    public SourceCredentials(IConfigurationSection section)
    {
        Name = section.Key;
        _hosts = [.. HostPattern.Entries(section.GetSection("Hosts")).Select(HostPattern.Read).OfType<HostPattern>()];
        foreach (var header in section.GetSection("Headers").GetChildren())
        {
            _headers.Add((header.Key, header.Value ?? ""));
            _secrets.Add(header.Value ?? "");
        }

        if (section["Bearer"] is { Length: > 0 } token)
        {
            Authorize(new AuthenticationHeaderValue("Bearer", token));
        }
        else if (section["User"] is { Length: > 0 } user)
        {
            Authorize(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{section["Password"]}"))));
            _secrets.Add(section["Password"] ?? "");
        }

        // The longest first: one secret may be a part of another.
        _secrets = [.. _secrets.Where(secret => secret.Length >= ShortestSecret).OrderByDescending(secret => secret.Length)];
        if (section["Ca"] is { Length: > 0 } ca)
        {
            Authorities = [];
            Authorities.ImportFromPemFile(ca);
        }

        if (section["Certificate"] is { Length: > 0 } certificate)
        {
            Certificate = X509Certificate2.CreateFromPemFile(certificate, section["Key"]);
        }
    }

    public string Name { get; }

    /// <summary>The only certificate authorities trusted for the server; null for those of the machine.</summary>
    public X509Certificate2Collection? Authorities { get; }

    /// <summary>Client certificate with its private key; null for none.</summary>
    public X509Certificate2? Certificate { get; }

    /// <summary>True when they are allowed for that server: a plan must not send them elsewhere, not even to this machine.</summary>
    public bool MeantFor(Uri address) => _hosts.Any(host => host.Matches(address));

    /// <summary>Adds all headers.</summary>
    public void Sign(HttpRequestMessage request)
    {
        foreach (var (name, value) in _headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>A text of a server with the secrets removed.</summary>
    public string Hide(string text) => _secrets.Aggregate(text, (shown, secret) => shown.Replace(secret, Hidden, StringComparison.Ordinal));

    private void Authorize(AuthenticationHeaderValue value)
    {
        _headers.Add(("Authorization", value.ToString()));
        _secrets.Add(value.Parameter!);
    }
}
