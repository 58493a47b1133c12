using System.Security.Claims;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Access;

namespace Orchestrator.Api.Oidc;

/// <summary>Maps the claims of a valid token to a caller.</summary>
internal static class TokenHolder
{
    /// <summary>Prefix of the id of a person, before the subject. No id of a key has a colon.</summary>
    public const string Prefix = "oidc:";

    private const int LongestSubject = 200;

    /// <summary>The caller, or the reason of the refusal.</summary>
    public static (Caller? Caller, ApiResult.Problem? Problem) Of(
        ClaimsPrincipal token, OidcSettings settings, DateTimeOffset until, TimeProvider time)
    {
        if (token.FindFirst("sub")?.Value is not { Length: > 0 and <= LongestSubject } subject || subject.Any(char.IsControl)
            || !IsWellFormed(subject))
        {
            return Refused("access.no_subject", $"The token has no subject (sub) of 1 to {LongestSubject} characters.");
        }

        // Of several roles, the one with most permissions; the order of roles decides between equals.
        var roles = Values(token, settings.RoleClaim).Where(settings.Roles.ContainsKey).Select(value => settings.Roles[value])
            .OrderByDescending(role => Enum.GetValues<Permission>().Count(permission => role.May(permission))).ThenBy(role => role)
            .ToArray();
        if (roles.Length == 0)
        {
            return Refused("access.no_role", $"No value of the claim '{settings.RoleClaim}' of the token is mapped to a role.");
        }

        var role = roles[0];
        var environments = Values(token, settings.EnvironmentClaim).Distinct().ToArray();
        if (role.IsBound() && environments.Length != 1)
        {
            return Refused("access.no_environment", $"A token of the role {role.Name()} must name one environment in the claim '{settings.EnvironmentClaim}'.");
        }

        var name = token.FindFirst(settings.NameClaim)?.Value ?? subject;
        return (new Caller(Prefix + subject, role, role.IsBound() ? environments[0] : null, new Person(PersonName.Of(name), until, time)),
            null);
    }

    private static bool IsWellFormed(string text) => !text.EnumerateRunes().Contains(System.Text.Rune.ReplacementChar);

    /// <summary>A list of scopes is one text with spaces; other claims are lists.</summary>
    private static IEnumerable<string> Values(ClaimsPrincipal token, string claim) => token.FindAll(claim)
        .SelectMany(found => claim is "scope" or "scp" ? found.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [found.Value]);

    private static (Caller? Caller, ApiResult.Problem? Problem) Refused(string code, string detail) =>
        (null, new ApiResult.Problem(403, code, detail));
}
