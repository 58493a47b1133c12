using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Api.Connections;
using Orchestrator.Api.Streams;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Ofrep;

/// <summary>Registration of OFREP.</summary>
public static class OfrepApplication
{
    /// <summary>
    /// Answers <c>/ofrep/v1/evaluate/flags[/{key}]</c> and <c>/ofrep/v1/stream</c>, and passes everything else on. Put it first: an
    /// evaluation needs no other middleware. Needs <see cref="IRoutingTables"/>, <see cref="ITableTrust"/>,
    /// <see cref="IEvaluationKeys"/>, <see cref="StreamAdmission"/> and <see cref="LeaseSettings"/> among the services.
    /// </summary>
    public static IApplicationBuilder UseOfrep(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        var settings = OfrepSettings.Read(services.GetRequiredService<IConfiguration>());
        var time = services.GetRequiredService<LeaseSettings>().Time;

        // Expiry is compared with later: a wall clock that jumps must neither end a token nor make one last.
        var steady = services.GetService<SteadyTime>() ?? time;
        var tables = services.GetRequiredService<IRoutingTables>();
        var keys = services.GetRequiredService<IEvaluationKeys>();
        var node = services.GetRequiredService<ITableTrust>();
        var signal = services.GetRequiredService<TableChangeSignal>();
        var secret = services.GetRequiredService<InstallationSecret>();
        var tokens = new StreamTokens(keys, secret);
        var authentication = new OfrepAuthentication(
            keys, node, settings.RateLimit is { } limit ? new RateLimits(limit, time) : null, services.GetService<ConnectionGuard>(),
            services.GetService<KeyUses>());
        var streams = new EventStreams(tables, node, keys, tokens, services.GetRequiredService<StreamAdmission>(), signal, time, steady);
        var evaluator = new Evaluator(tables, node, tokens, new PeopleKeys(secret), time, steady);
        var logger = services.GetRequiredService<ILogger<OfrepMiddleware>>();
        var origins = settings.Origins.Length > 0 ? new Origins(settings.Origins) : null;
        return app.Use(next =>
            new OfrepMiddleware(
                next, origins, authentication, new ConfigEtagWait(tables, signal, time), evaluator, streams, logger).Invoke);
    }
}
