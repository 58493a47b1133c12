using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Client.AspNetCore;

/// <summary>Requests of ASP.NET Core, routed and reported by a rollout.</summary>
public static class RolloutMetricsApplicationBuilderExtensions
{
    /// <summary>
    /// Routes each request that reaches this place, so that handlers read <see cref="Routed"/>, and counts it for the flag's
    /// rollout: requests, errors (an exception or a status from 500), latency, memory and CPU, by variant and segment. Put it
    /// behind authentication and before the handlers that the rollout judges. Needs
    /// <see cref="OrchestratorServiceCollectionExtensions.AddOrchestrator"/>; pushes with
    /// <see cref="OrchestratorOptions.IngestKey"/>.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="flag">The rollout's flag.</param>
    /// <param name="user">The user of a request. Must be quick; null and an exception count as an unknown user.</param>
    /// <returns>The same application.</returns>
    public static IApplicationBuilder UseRolloutMetrics(this IApplicationBuilder app, string flag, Func<HttpContext, RolloutUser?> user)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(user);
        var services = app.ApplicationServices;
        var (router, metrics) = (services.GetRequiredService<IRolloutRouter>(), services.GetRequiredService<IRolloutMetrics>());
        var time = services.GetRequiredService<TimeProvider>();
        metrics.Watch(flag);
        return app.Use(next => new RolloutMetricsMiddleware(next, flag, user, router, metrics, time).Invoke);
    }

    /// <summary>Answer for this request; the same for the whole request, whatever changes meanwhile.</summary>
    /// <param name="http">The request.</param>
    /// <param name="flag">The flag.</param>
    /// <returns>
    /// The answer; <see cref="RouteError.NotReady"/> without <see cref="UseRolloutMetrics"/> of that flag before this place.
    /// </returns>
    public static RouteResult Routed(this HttpContext http, string flag)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Items.TryGetValue(new RoutedKey(flag), out var answer) ? (RouteResult)answer! : RouteResult.NotReady;
    }

    internal readonly record struct RoutedKey(string Flag);
}
