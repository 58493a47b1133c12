using Microsoft.AspNetCore.Http;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Frame;

/// <summary>Choices of the person at the screen, kept in cookies that scripts may read.</summary>
internal static class Viewers
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    /// <summary>Time zones by name: UTC, and those of regions.</summary>
    public static IReadOnlyList<string> Zones { get; } =
        ["UTC", .. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => id.Contains('/')).Order(StringComparer.Ordinal)];

    public static Viewer Of(HttpContext http, DateTimeOffset now)
    {
        var cookies = http.Request.Cookies;
        return Viewer.Read(cookies[Viewer.ZoneCookie], cookies[Viewer.ThemeCookie], cookies[Viewer.KeysCookie], now);
    }

    public static void Keep(HttpContext http, string? zone, string? theme, bool keys)
    {
        if (Viewer.FindZone(zone) is { } known)
        {
            Keep(http, Viewer.ZoneCookie, known.Id);
        }

        Keep(http, Viewer.ThemeCookie, theme is "light" or "dark" ? theme : "system");
        Keep(http, Viewer.KeysCookie, keys ? "on" : "off");
    }

    private static void Keep(HttpContext http, string name, string value) => http.Response.Cookies.Append(name, value, new CookieOptions
    {
        MaxAge = Kept,
        Path = "/",
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
        IsEssential = true,
    });
}
