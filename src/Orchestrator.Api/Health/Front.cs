using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;

namespace Orchestrator.Api.Health;

/// <summary>
/// The base address, and the target of links in notifications, for programs. Browsers, which accept HTML, get the dashboard's pages there.
/// </summary>
internal static class Front
{
    private const string Rollouts = "/rollouts";

    public static Task Answer(HttpContext http, RequestDelegate next)
    {
        var path = http.Request.Path;
        if (!HttpMethods.IsGet(http.Request.Method) || TakesHtml(http.Request))
        {
            return next(http);
        }

        if (path == "/")
        {
            http.Response.Headers.Vary = "Accept";
            return http.Write(new ApiResult.Ok(Index));
        }

        if (path.StartsWithSegments(Rollouts, StringComparison.Ordinal, out var id) && id.Value is ['/', not '/', ..] text
            && !text.AsSpan(1).Contains('/'))
        {
            http.Response.Headers.Vary = "Accept";
            http.Response.Redirect($"{http.Request.PathBase}/api/v1/rollouts/{Uri.EscapeDataString(text[1..])}");
            return Task.CompletedTask;
        }

        return next(http);
    }

    /// <summary>Index of addresses. It has nothing that differs between installations.</summary>
    private static object Index { get; } = new
    {
        product = "Rollout Orchestrator",
        links = new
        {
            rollouts = "/api/v1/rollouts",
            plans = "/api/v1/plans",
            nodes = "/api/v1/nodes",
            description = "/openapi/v1.json",
            health = "/health",
            metrics = "/metrics",
            evaluation = "/ofrep/v1/evaluate/flags",
        },
        text = "Send a key in X-API-Key or as Authorization: Bearer.",
    };

    private static bool TakesHtml(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
