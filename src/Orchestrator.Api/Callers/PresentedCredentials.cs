using Microsoft.AspNetCore.Http;

namespace Orchestrator.Api.Callers;

/// <summary>Credentials of a request: a key in <c>X-API-Key</c>, or a key or a token in <c>Authorization: Bearer</c>.</summary>
internal static class PresentedCredentials
{
    private const string Prefix = "Bearer ";
    private const string KeyPrefix = "rok_";

    /// <summary>The key; empty when there is none.</summary>
    public static ReadOnlySpan<char> Key(IHeaderDictionary headers) => headers["X-API-Key"] is [{ Length: > 0 } key] ? key : Bearer(headers);

    /// <summary>Text behind <c>Bearer</c>; null when there is none.</summary>
    public static string? Bearer(IHeaderDictionary headers) =>
        headers.Authorization is [{ } header] && header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? header[Prefix.Length..].Trim()
            : null;

    /// <summary>
    /// True for a token: three parts with dots between them, and not a key of this product. A chosen key of that shape must be sent in
    /// <c>X-API-Key</c>.
    /// </summary>
    public static bool IsToken(IHeaderDictionary headers) => headers["X-API-Key"] is not [{ Length: > 0 }]
        && Bearer(headers) is { } text && !text.StartsWith(KeyPrefix, StringComparison.Ordinal) && text.AsSpan().Count('.') == 2;
}
