using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Orchestrator.Api.Http;

/// <summary>Security headers for browsers, on every answer: errors and OFREP too.</summary>
internal static class SafeHeaders
{
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues Deny = "DENY";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues Nothing = "default-src 'none'; frame-ancestors 'none'";
    private static readonly StringValues NoStore = "no-store";

    public static Task Add(HttpContext http, RequestDelegate next)
    {
        Set(http);
        return next(http);
    }

    /// <summary>Sets the headers of an answer that is JSON or text. Allocates nothing.</summary>
    public static void Set(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = NoSniff;
        headers.XFrameOptions = Deny;
        headers["Referrer-Policy"] = NoReferrer;
        headers.ContentSecurityPolicy = Nothing;
        if (http.Request.Path.StartsWithSegments("/api"))
        {
            headers.CacheControl = NoStore;
        }
    }
}
