using Microsoft.AspNetCore.Http;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>Addresses of this host's pages, to which a sign-in returns. Everything else becomes the first page.</summary>
internal static class LocalPath
{
    public const string First = "/";

    /// <summary>Longest address, in characters: with its escapes it is part of another address.</summary>
    public const int Longest = 2_000;

    private const string SignIn = "/sign-in";
    private const string SignOut = "/sign-out";

    /// <summary>The address, if it is one of this host in printable ASCII.</summary>
    public static string Of(string? text) => text is ['/', ..] && text.Length <= Longest
        && text is not ['/', '/', ..] && text.All(c => c is > ' ' and < '\x7f' and not '\\')
        && !text.StartsWith(SignIn, StringComparison.OrdinalIgnoreCase) && !text.StartsWith(SignOut, StringComparison.OrdinalIgnoreCase)
        ? text
        : First;

    /// <summary>Address of a request, with its query where that is short enough.</summary>
    public static string Of(HttpRequest request, string? query = null)
    {
        var path = request.PathBase.ToUriComponent() + request.Path.ToUriComponent();
        var whole = path + (query ?? request.QueryString.ToUriComponent());
        return Of(whole.Length <= Longest ? whole : path);
    }
}
