using Microsoft.Extensions.Configuration;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Api.Oidc;

/// <summary>The issuer of tokens for the API: <c>Orchestrator:Auth:Oidc:*</c>.</summary>
/// <param name="Authority">Address of the issuer; its discovery document is below it, and must name it as the issuer.</param>
/// <param name="Audience">Value that <c>aud</c> of a token must have: the name of this API at the issuer.</param>
/// <param name="NameClaim">Claim with the name of a person.</param>
/// <param name="RoleClaim">Claim whose values <see cref="Roles"/> maps.</param>
/// <param name="EnvironmentClaim">Claim with the environment of a token of the role <c>evaluation</c>.</param>
/// <param name="Roles">Role by value of the claim. Any other value gives no role.</param>
/// <param name="RequireHttps">True when documents of the issuer must come by HTTPS or from this machine.</param>
public sealed record OidcSettings(
    string Authority, string Audience, string NameClaim, string RoleClaim, string EnvironmentClaim, IReadOnlyDictionary<string, Role> Roles,
    bool RequireHttps)
{
    private const string Section = "Orchestrator:Auth:Oidc";
    private const string RolesKey = "Roles";
    private const string CommandLine = "CommandLineClientId";
    private static readonly string[] OfSignIn = ["ClientSecret", "Provider", "Scopes"];
    private static readonly string[] Known =
        ["Authority", "Audience", "NameClaim", "RoleClaim", "EnvironmentClaim", "RequireHttps", "ClientId", CommandLine, .. OfSignIn];

    /// <summary>Name of the dashboard at the issuer, which turns on the sign-in with the issuer; null for keys alone.</summary>
    public string? ClientId { get; init; }

    /// <summary>Name of the command line at the issuer, a public client with the device flow; null for keys alone.</summary>
    public string? CommandLineClientId { get; init; }

    /// <summary>Secret of the client; null for a public client.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>Name of the issuer on the button of the sign-in.</summary>
    public string Provider { get; init; } = "your organisation";

    /// <summary>Scopes that the sign-in and the command line ask for, with spaces between them.</summary>
    public string Scopes { get; init; } = "openid profile";

    /// <summary>Roles that a token may have. The role browser is for OFREP, which accepts keys only.</summary>
    private static readonly string[] Mappable = [.. Domain.Access.Roles.Names.Where(name => name != Role.Browser.Name())];

    /// <summary>Errors of the section, each with its path.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        if (!section.Exists())
        {
            yield break;
        }

        foreach (var child in section.GetChildren()
            .Where(child => child.Key != RolesKey && !Known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            yield return $"{child.Path} is not a known setting{Nearest.Hint(child.Key, [.. Known, RolesKey])}";
        }

        var https = section["RequireHttps"] ?? "true";
        if (!bool.TryParse(https, out _))
        {
            yield return $"{Section}:RequireHttps must be true or false, but is '{https}'";
        }

        if (!Uri.TryCreate(section["Authority"], UriKind.Absolute, out var authority) || authority.Scheme is not ("https" or "http")
            || authority.Query.Length + authority.Fragment.Length + authority.UserInfo.Length > 0)
        {
            yield return $"{Section}:Authority must be the address of the issuer, such as https://login.example/tenant, but is '{section["Authority"]}'";
        }
        else if (!IsSafe(authority) && !https.Equals("false", StringComparison.OrdinalIgnoreCase))
        {
            yield return $"{Section}:Authority must be an https address (http is for this machine only), but is '{section["Authority"]}'";
        }

        foreach (var key in Known.Where(
            key => key == "Audience" ? string.IsNullOrWhiteSpace(section[key]) : section[key] is { } text && string.IsNullOrWhiteSpace(text)))
        {
            yield return $"{Section}:{key} must not be empty";
        }

        foreach (var key in OfSignIn.Where(
            key => section[key] is not null && section["ClientId"] is null && (key != "Scopes" || section[CommandLine] is null)))
        {
            yield return $"{Section}:{key} does nothing without {Section}:ClientId, which turns on the sign-in with the issuer"
                + (key == "Scopes" ? $", or {Section}:{CommandLine}, which turns on that of the command line" : "");
        }

        if (section["Scopes"] is { } scopes && !scopes.Split(' ').Contains("openid", StringComparer.Ordinal))
        {
            yield return $"{Section}:Scopes must have openid among them, but is '{scopes}'";
        }

        var roles = section.GetSection(RolesKey).GetChildren().ToArray();
        if (roles.Length == 0)
        {
            yield return $"{Section}:{RolesKey} maps no value of the claim to a role, so every token would be refused; set for example {Section}:{RolesKey}:rollout-admins=admin";
        }

        foreach (var role in roles.Where(role => !Mappable.Contains(role.Value)))
        {
            yield return $"{role.Path} must be one of {string.Join(", ", Mappable)}, but is '{role.Value}'{Nearest.Hint(role.Value ?? "", Mappable)}";
        }
    }

    /// <summary>Reads the section; null without one. Needs a configuration without <see cref="Errors"/>.</summary>
    public static OidcSettings? Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        if (!section.Exists())
        {
            return null;
        }

        var roles = new Dictionary<string, Role>(StringComparer.Ordinal);
        foreach (var mapped in section.GetSection(RolesKey).GetChildren())
        {
            if (Domain.Access.Roles.TryParse(mapped.Value, out var role))
            {
                roles[mapped.Key] = role;
            }
        }

        return new OidcSettings(
            section["Authority"]!, section["Audience"]!, section["NameClaim"] ?? "name", section["RoleClaim"] ?? "roles", section["EnvironmentClaim"] ?? "environment",
            roles, !string.Equals(section["RequireHttps"], "false", StringComparison.OrdinalIgnoreCase))
        {
            ClientId = section["ClientId"],
            CommandLineClientId = section[CommandLine],
            ClientSecret = section["ClientSecret"],
            Provider = section["Provider"] ?? "your organisation",
            Scopes = section["Scopes"] ?? "openid profile",
        };
    }

    /// <summary>True when documents from that address cannot be changed in transit.</summary>
    internal static bool IsSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps || address.IsLoopback;
}
