using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Orchestrator.Grains.Egress;

namespace Orchestrator.Grains.Metrics.Sources.Credentials;

/// <summary>Validates one section of credentials. Sentences name settings and files, never values.</summary>
internal static class CredentialCheck
{
    private const int MostHeaders = 20;
    private static readonly string[] Keys = ["Hosts", "Bearer", "User", "Password", "Headers", "Ca", "Certificate", "Key"];

    /// <summary>Headers that belong to the message or the connection.</summary>
    private static readonly string[] Reserved =
        ["Host", "Connection", "Content-Length", "Content-Type", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Expect", "Accept", "Accept-Encoding", "Cookie", "Proxy-Authorization"];

    public static IEnumerable<string> Errors(IConfigurationSection section)
    {
        var path = $"{CredentialSettings.Section}:{section.Key}";
        if (section.Value is not null)
        {
            return [$"{path} must be a section with {string.Join(", ", Keys)}"];
        }

        return
        [
            .. section.GetChildren().Where(child => !Keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                .Select(odd => $"{path}:{odd.Key} is not a known setting; credentials have {string.Join(", ", Keys)}"),
            .. Hosts(section, path), .. Authorization(section, path), .. Headers(section, path), .. Certificates(section, path),
        ];
    }

    private static IEnumerable<string> Hosts(IConfigurationSection section, string path)
    {
        var hosts = HostPattern.Entries(section.GetSection("Hosts"));
        if (hosts.Length == 0)
        {
            yield return $"{path}:Hosts must name the hosts that may see these credentials, as host, host:port or *.domain";
        }

        foreach (var odd in hosts.Where(host => HostPattern.Read(host) is null))
        {
            yield return $"{path}:Hosts must name hosts as host, host:port or *.domain, but names '{odd}'";
        }
    }

    private static IEnumerable<string> Authorization(IConfigurationSection section, string path)
    {
        var (bearer, user, password) = (section["Bearer"], section["User"], section["Password"]);
        if (bearer is not null && (user is not null || password is not null))
        {
            yield return $"{path} must have either Bearer, or User and Password";
        }

        if (user is null != password is null)
        {
            yield return $"{path}:{(user is null ? "User" : "Password")} is missing beside {(user is null ? "Password" : "User")}";
        }

        if (bearer is not null && (bearer.Length == 0 || bearer.Any(c => c is <= ' ' or > '~')))
        {
            yield return $"{path}:Bearer must be a token without blanks and line breaks";
        }

        if (user is not null && (user.Length == 0 || user.Contains(':', StringComparison.Ordinal) || user.Any(char.IsControl)))
        {
            yield return $"{path}:User must be a name without a colon";
        }

        if (password is not null && (password.Length == 0 || password.Any(char.IsControl)))
        {
            yield return $"{path}:Password must be a text without line breaks";
        }

        if ((bearer ?? user) is not null && section["Headers:Authorization"] is not null)
        {
            yield return $"{path}:Headers:Authorization conflicts with Bearer or User; a request can have only one of them";
        }
    }

    private static IEnumerable<string> Headers(IConfigurationSection section, string path)
    {
        var headers = section.GetSection("Headers").GetChildren().ToList();
        if (headers.Count > MostHeaders)
        {
            yield return $"{path}:Headers has {headers.Count} headers; at most {MostHeaders} are sent";
        }

        foreach (var header in headers)
        {
            if (Reserved.Contains(header.Key, StringComparer.OrdinalIgnoreCase)
                || !header.Key.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
            {
                yield return $"{path}:Headers:{header.Key} is not a header that can be set";
            }

            if (header.Value is not { Length: > 0 } value || value.Any(c => c is < ' ' or > '~'))
            {
                yield return $"{path}:Headers:{header.Key} must be a text of printable ASCII characters";
            }
        }
    }

    private static IEnumerable<string> Certificates(IConfigurationSection section, string path)
    {
        if (section["Ca"] is { } ca && Fault(() => new X509Certificate2Collection().ImportFromPemFile(ca)) is { } fault)
        {
            yield return $"{path}:Ca must be a PEM file with certificates, but '{ca}' is not: {fault}";
        }
        else if (section["Ca"] is { } file && !File.ReadAllText(file).Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
        {
            yield return $"{path}:Ca must be a PEM file with certificates, but '{file}' holds none";
        }

        var (certificate, key) = (section["Certificate"], section["Key"]);
        if (certificate is null && key is not null)
        {
            yield return $"{path}:Certificate is missing beside Key";
        }
        else if (certificate is not null && Fault(() => X509Certificate2.CreateFromPemFile(certificate, key).Dispose()) is { } odd)
        {
            yield return $"{path}:Certificate and Key must be PEM files that belong together, but '{certificate}'{(key is null ? "" : $" and '{key}'")} are not: {odd}";
        }
    }

    private static string? Fault(Action load)
    {
        try
        {
            load();
            return null;
        }
        catch (Exception broken) when (broken is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return broken.Message;
        }
    }
}
