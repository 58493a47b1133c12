using Microsoft.AspNetCore.Http;

namespace Orchestrator.Client.AspNetCore;

/// <summary>Routes a request, keeps the answer with it, and counts its outcome.</summary>
internal sealed class RolloutMetricsMiddleware(
    RequestDelegate next,
    string flag,
    Func<HttpContext, RolloutUser?> user,
    IRolloutRouter router,
    IRolloutMetrics metrics,
    TimeProvider time)
{
    private static readonly RolloutUser Unknown = new(null);
    private readonly object _key = new RolloutMetricsApplicationBuilderExtensions.RoutedKey(flag);

    public async Task Invoke(HttpContext http)
    {
        var asking = UserOf(http);
        var answer = router.Route(flag, asking).Traced(flag);
        http.Items[_key] = answer;
        metrics.Exposure(answer, asking);
        var began = time.GetTimestamp();
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(http).ConfigureAwait(false);
            status = http.Response.StatusCode;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // A client that closed its connection has not seen the service fail.
            status = StatusCodes.Status499ClientClosedRequest;
            throw;
        }
        finally
        {
            var failed = status >= StatusCodes.Status500InternalServerError;
            metrics.Request(answer, router.SegmentsOf(flag, asking), time.GetElapsedTime(began), failed, status);
        }
    }

    private RolloutUser UserOf(HttpContext http)
    {
        try
        {
            return user(http) ?? Unknown;
        }
        catch (Exception)
        {
            // A request is served whether or not its user can be found.
            return Unknown;
        }
    }
}
