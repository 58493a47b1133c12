using System.Net;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>
/// The cookie of a session. Over HTTPS it has the prefix that binds it to this host; browsers refuse that prefix over HTTP, which is for
/// the own machine only.
/// </summary>
internal static class SessionCookie
{
    public const string OverHttps = "__Host-orchestrator-session";
    public const string OnLoopback = "orchestrator-session";

    /// <summary>Longest value that is read, as browsers keep.</summary>
    private const int Longest = 4096;

    /// <summary>Name of the cookie; null where the connection is not safe for one.</summary>
    public static string? Name(HttpRequest request) =>
        request.IsHttps ? OverHttps : IsLoopback(request.Host.Host) ? OnLoopback : null;

    /// <summary>Value of the cookie; null without one.</summary>
    public static string? Read(HttpRequest request) =>
        Name(request) is { } name && request.Cookies[name] is { Length: > 0 and <= Longest } text ? text : null;

    /// <exception cref="InvalidOperationException">The connection is not safe for a cookie.</exception>
    public static void Write(HttpContext http, string text, TimeSpan left) => http.Response.Cookies.Append(
        Name(http.Request) ?? throw new InvalidOperationException("A session needs HTTPS or loopback."), text, Options(http, left));

    public static void Delete(HttpContext http)
    {
        if (Name(http.Request) is { } name)
        {
            http.Response.Cookies.Delete(name, Options(http, null));
        }
    }

    /// <summary>True for a name of the own machine. It comes from the address bar: a client can only lie to itself.</summary>
    private static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static CookieOptions Options(HttpContext http, TimeSpan? left) => new()
    {
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        MaxAge = left,
        IsEssential = true,
    };
}
