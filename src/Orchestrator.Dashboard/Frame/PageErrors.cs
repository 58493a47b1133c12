using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Dashboard.Calls;

namespace Orchestrator.Dashboard.Frame;

/// <summary>Errors of pages are pages: one lists what runs, with a link to roll it back, from this node's memory alone.</summary>
internal static partial class PageErrors
{
    /// <summary>Parts of addresses that belong to programs: their errors stay JSON.</summary>
    private static readonly string[] OfPrograms = ["/api", "/v1", "/sdk", "/ofrep", "/health", "/metrics", "/openapi", "/assets"];

    public static async Task Answer(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint() is null && TakesHtml(http.Request)
            && !OfPrograms.Any(prefix => http.Request.Path.StartsWithSegments(prefix)))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            await Render<NotFoundPage>(http, new { Path = http.Request.Path.Value });
            return;
        }

        if (http.GetEndpoint()?.Metadata.GetMetadata<PageMetadata>() is null)
        {
            await next(http);
            return;
        }

        try
        {
            await next(http);
        }
        catch (Exception e) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested
            && e is not BadHttpRequestException)
        {
            var outage = e is TimeoutException or IOException or System.Data.Common.DbException;
            LogFailure(http.RequestServices.GetRequiredService<ILogger<PageMetadata>>(), http.Request.Path, http.TraceIdentifier, e);
            http.Response.Clear();
            http.Response.StatusCode = outage ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
            await Render<ErrorPage>(http, new
            {
                Sentence = outage ? "The log or another dependency of this node did not answer." : "An internal error stopped it.",
                Again = http.Request.PathBase + http.Request.Path + http.Request.QueryString,
                Trace = http.TraceIdentifier,
                Running = await Running(http),
            });
        }
    }

    private static Task Render<T>(HttpContext http, object parameters)
        where T : Microsoft.AspNetCore.Components.IComponent
    {
        PageHeaders.Set(http);
        return new RazorComponentResult<T>(parameters) { StatusCode = http.Response.StatusCode }.ExecuteAsync(http);
    }

    private static bool TakesHtml(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Rollouts under way. The list is answered from memory; where even that fails, the page comes without it.</summary>
    private static async Task<IReadOnlyList<RunningRollout>> Running(HttpContext http)
    {
        try
        {
            var all = (await http.RequestServices.GetRequiredService<ApiCalls>().Get<RunningList>("/api/v1/rollouts?limit=500")).Value?.Rollouts ?? [];
            return [.. all.Where(rollout => rollout.Status is "running" or "paused" or "completed")];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return [];
        }
    }

    [LoggerMessage(LogLevel.Error, "The page {Path} failed (trace {Trace})")]
    private static partial void LogFailure(ILogger logger, PathString path, string trace, Exception exception);

    private sealed record RunningList(IReadOnlyList<RunningRollout> Rollouts);
}

/// <summary>A rollout under way, as the error page lists it.</summary>
public sealed record RunningRollout(string Id, string Environment, string Status);
