using Microsoft.AspNetCore.Http;

namespace Orchestrator.Dashboard.Frame;

/// <summary>Headers of a page: its content security policy, and no copy anywhere.</summary>
internal static class PageHeaders
{
    /// <summary>The policy of every page. It has no exception: styles and scripts are files of ours.</summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static Task Add(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<PageMetadata>() is not null)
        {
            Set(http);
        }

        return next(http);
    }

    public static void Set(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.CacheControl = "no-cache, no-store";
    }
}
