using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Client.AspNetCore;

/// <summary>A service guarded by its rollout.</summary>
public static class RolloutMetricsApplication
{
    /// <summary>
    /// Routes each request that comes here, so that handlers ask <see cref="Routed"/>, and counts it for the flag's rollout: requests, errors (an
    /// exception or a status from 500), latency, memory and CPU, by variant and segment. Put it where the user is known and around what
    /// is to be judged. Needs <see cref="OrchestratorServices.AddOrchestrator"/>; pushes with <see cref="OrchestratorOptions.IngestKey"/>.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="flag">The rollout's flag.</param>
    /// <param name="user">Who asks. Must be quick; null and an exception count as an unknown user.</param>
    /// <returns>The same application.</returns>
    public static IApplicationBuilder UseRolloutMetrics(this IApplicationBuilder app, string flag, Func<HttpContext, User?> user)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(user);
        var services = app.ApplicationServices;
        var (router, metrics) = (services.GetRequiredService<IRouter>(), services.GetRequiredService<IRolloutMetrics>());
        var time = services.GetRequiredService<TimeProvider>();
        metrics.Watch(flag);
        return app.Use(next => new RolloutMetricsMiddleware(next, flag, user, router, metrics, time).Invoke);
    }

    /// <summary>What this request was routed to; the same for the whole request, whatever changes meanwhile.</summary>
    /// <param name="http">The request.</param>
    /// <param name="flag">The flag.</param>
    /// <returns>The answer; <see cref="RouteError.NotReady"/> where <see cref="UseRolloutMetrics"/> of that flag did not come before.</returns>
    public static RouteResult Routed(this HttpContext http, string flag)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Items.TryGetValue(new RoutedKey(flag), out var answer) ? (RouteResult)answer! : RouteResult.Unknown;
    }

    internal readonly record struct RoutedKey(string Flag);
}

internal sealed class RolloutMetricsMiddleware(
    RequestDelegate next, string flag, Func<HttpContext, User?> who, IRouter router, IRolloutMetrics metrics, TimeProvider time)
{
    private static readonly User Unknown = new(null);
    private readonly object _key = new RolloutMetricsApplication.RoutedKey(flag);

    public async Task Invoke(HttpContext http)
    {
        var user = UserOf(http);
        var answer = router.Route(flag, user).Traced(flag);
        http.Items[_key] = answer;
        metrics.Exposure(answer, user);
        var began = time.GetTimestamp();
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(http);
            status = http.Response.StatusCode;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Who hangs up has not seen the service fail.
            status = StatusCodes.Status499ClientClosedRequest;
            throw;
        }
        finally
        {
            metrics.Request(answer, router.SegmentsOf(flag, user), time.GetElapsedTime(began), status >= StatusCodes.Status500InternalServerError, status);
        }
    }

    private User UserOf(HttpContext http)
    {
        try
        {
            return who(http) ?? Unknown;
        }
        catch (Exception)
        {
            // Who it is must not decide whether the request is served.
            return Unknown;
        }
    }
}
