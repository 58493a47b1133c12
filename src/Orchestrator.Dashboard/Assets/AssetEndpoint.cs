using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Dashboard.Assets;

/// <summary>
/// Serves the files of the pages. Open to all: the page of the sign-in needs them, and they are the same in every installation.
/// </summary>
internal static class AssetEndpoint
{
    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        var files = routes.ServiceProvider.GetRequiredService<AssetFiles>();
        RequestDelegate serve = http => Serve(http, files);
        routes.MapGet("/assets/{hash}/{name}", serve).AllowAnonymous().ExcludeFromDescription();
    }

    private static Task Serve(HttpContext http, AssetFiles files)
    {
        var (hash, name) = ((string)http.Request.RouteValues["hash"]!, (string)http.Request.RouteValues["name"]!);
        if (files.Find(name) is not { } file || file.Hash != hash)
        {
            // A page of another build asks for its own file: an answer of this build under that address would be kept for a year.
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        http.Response.ContentType = file.ContentType;
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        http.Response.Headers.Vary = "Accept-Encoding";
        var body = file.Plain;
        if (http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
        {
            http.Response.Headers.ContentEncoding = "br";
            body = file.Brotli;
        }

        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, 0, body.Length, http.RequestAborted);
    }
}
