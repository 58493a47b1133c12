using Microsoft.AspNetCore.Http;

namespace Orchestrator.Api.Http;

/// <summary>Headers that keep browsers from doing more with an answer than it is for.</summary>
internal static class SafeHeaders
{
    public static Task Add(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        if (http.Request.Path.StartsWithSegments("/api"))
        {
            headers.CacheControl = "no-store";
            headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        }

        return next(http);
    }
}
