using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Access;
using Orchestrator.Api.Alerts;
using Orchestrator.Api.Audit;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Checkpoints;
using Orchestrator.Api.Connections;
using Orchestrator.Api.Environments;
using Orchestrator.Api.Events;
using Orchestrator.Api.Explain;
using Orchestrator.Api.Health;
using Orchestrator.Api.Http;
using Orchestrator.Api.Incidents;
using Orchestrator.Api.InProcess;
using Orchestrator.Api.Integrity;
using Orchestrator.Api.Nodes;
using Orchestrator.Api.Notifications;
using Orchestrator.Api.Ofrep;
using Orchestrator.Api.Oidc;
using Orchestrator.Api.OpenApi;
using Orchestrator.Api.Pipeline;
using Orchestrator.Api.Plans;
using Orchestrator.Api.Pushes;
using Orchestrator.Api.Requests;
using Orchestrator.Api.Rollouts;
using Orchestrator.Api.Rollouts.Amending;
using Orchestrator.Api.Rollouts.Histories;
using Orchestrator.Api.Rollouts.Reviews;
using Orchestrator.Api.Rollouts.Series;
using Orchestrator.Api.Rollouts.WhatIf;
using Orchestrator.Api.Sdk;
using Orchestrator.Api.Segments;
using Orchestrator.Api.Streams;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Api;

/// <summary>The HTTP API, for a host that has grains, a log and a clock.</summary>
public static class OrchestratorApi
{
    /// <summary>The API, its callers and its streams.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="oidc">Issuer whose tokens are accepted beside keys; null for keys alone.</param>
    /// <param name="wall">Clock for the expiry of tokens.</param>
    public static IServiceCollection AddOrchestratorApi(this IServiceCollection services, OidcSettings? oidc, TimeProvider wall) => services
        .AddCallers(oidc, wall)
        .AddRequestPipeline()
        .AddSingleton<InProcessApi>()
        .AddExceptionHandler<ApiExceptionHandler>()
        .AddStreams()
        .AddSingleton(_ => new ExpensiveReads())
        .AddSingleton<LastChanges>()
        .AddSingleton<ChronicleCache>()
        .AddSingleton(_ => new LiveReads())
        .AddSingleton(_ => new BacktestReads())
        .AddSingleton<KeptReads>()
        .AddSingleton(provider => new PushSignatures(provider.GetRequiredService<InstallationSecret>(), TimeProvider.System))
        .AddSingleton<TableDocuments>()
        .AddDescription();

    /// <summary>Bounds the connections of a host on Kestrel.</summary>
    public static IServiceCollection AddConnectionGuard(this IServiceCollection services, ConnectionLimits limits) => services
        .AddSingleton(limits)
        .AddSingleton(new ConnectionGuard(limits, TimeProvider.System))
        .AddSingleton<SocketTransportFactory>()
        // Of the factories that can bind an address, Kestrel uses the one registered last.
        .AddSingleton<IConnectionListenerFactory, GuardedListeners>()
        .Configure<KestrelServerOptions>(kestrel => kestrel.ConfigureEndpointDefaults(
            listen => listen.Use(kestrel.ApplicationServices.GetRequiredService<ConnectionGuard>().Around)));

    /// <summary>After the grains' services: the observers of the world are called in the order of their registration.</summary>
    internal static IServiceCollection AddStreams(this IServiceCollection services) => services
        .AddSingleton<TableChangeSignal>()
        .AddSingleton(provider => new StreamAdmission(Math.Min(
            OfrepSettings.Read(provider.GetRequiredService<IConfiguration>()).Streams,
            provider.GetService<ConnectionLimits>()?.ForStreams ?? int.MaxValue)))
        .AddSingleton<IWorldObserver>(provider => provider.GetRequiredService<TableChangeSignal>())
        .AddSingleton<ITrustObserver>(provider => provider.GetRequiredService<TableChangeSignal>());

    /// <summary>Requires a key whose role may read, as the API does.</summary>
    public static IApplicationBuilder UseReadersOnly(this IApplicationBuilder app) => app
        .Use((http, next) => http.RequestServices.GetRequiredService<AuthorizationResultHandler>().Pass(http, next, Permission.Read));

    public static WebApplication UseOrchestratorApi(this WebApplication app)
    {
        // First, before all other middleware: an evaluation needs none of it.
        app.UseOfrep();
        app.Services.GetRequiredService<InProcessApi>().From(app);
        app.Use(SafeHeaders.Add);
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(EmptyErrors.Write);
        app.Use(Front.Answer);
        app.Use(OtlpGrpc.Answer);
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth();
        app.MapResourceMetadata();
        DescriptionDocument.Map(app);
        var api = app.MapGroup("/api/v1");
        api.MapKeys();
        api.MapMe();
        api.MapAudit();
        api.MapFlags();
        api.MapInForce();
        api.MapLine();
        api.MapPlans();
        api.MapSegments();
        api.MapRollouts();
        api.MapHistory();
        api.MapAmendments();
        api.MapWhatIfs();
        api.MapReviews();
        api.MapIncidents();
        api.MapSignals();
        api.MapAlerts();
        app.MapOtlp();
        app.MapSdk();
        api.MapExplain();
        api.MapJourney();
        api.MapNodes();
        api.MapCheckpoints();
        api.MapVerify();
        api.MapStream();
        api.MapNotifications();
        return app.RequirePolicies();
    }

    /// <summary>Fails the start when a route has neither a permission nor AllowAnonymous. Called again by what adds routes.</summary>
    /// <exception cref="InvalidOperationException">A route has neither.</exception>
    public static WebApplication RequirePolicies(this WebApplication app)
    {
        Policies.RequireOnAll(app);
        return app;
    }
}
