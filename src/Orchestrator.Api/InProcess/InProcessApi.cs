using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Callers;

namespace Orchestrator.Api.InProcess;

/// <summary>
/// The public API for code of the same process. An inner request passes the host's own pipeline, as the caller of the outer request:
/// with the same policies, behaviours, problems and telemetry as one over the network.
/// </summary>
public sealed class InProcessApi
{
    private RequestDelegate? _pipeline;

    /// <summary>Sends a request of the outer request's caller. One that was not authenticated gets the API's 401.</summary>
    /// <param name="outer">The request that is being answered: its client, its cancellation and its caller.</param>
    /// <param name="request">The inner request.</param>
    /// <exception cref="InvalidOperationException">The host does not use the API.</exception>
    public async Task<InProcessAnswer> Send(HttpContext outer, InProcessRequest request)
    {
        var pipeline = _pipeline ?? throw new InvalidOperationException("The host does not use the API: call UseOrchestratorApi.");
        using var body = new MemoryStream();
        // A scope of its own: handlers of authentication live in it, and those of the outer scope belong to the outer request.
        await using var scope = outer.RequestServices.CreateAsyncScope();
        var inner = Inner(outer, request, body, scope.ServiceProvider);
        await pipeline(inner);
        await inner.Response.BodyWriter.FlushAsync(inner.RequestAborted);
        return new InProcessAnswer(
            inner.Response.StatusCode, inner.Response.ContentType, body.ToArray(), inner.Response.Headers.ETag,
            inner.Response.Headers.Location);
    }

    /// <summary>Everything after this place of the pipeline answers inner requests.</summary>
    internal void From(IApplicationBuilder app) => app.Use(next =>
    {
        _pipeline = next;
        return next;
    });

    private static DefaultHttpContext Inner(HttpContext outer, InProcessRequest request, Stream body, IServiceProvider services)
    {
        var (path, query) = request.Target.IndexOf('?', StringComparison.Ordinal) is var at and >= 0
            ? (request.Target[..at], request.Target[at..])
            : (request.Target, "");
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = request.Method,
            Scheme = outer.Request.Scheme,
            Protocol = outer.Request.Protocol,
            PathBase = outer.Request.PathBase.Value ?? "",
            Path = PathString.FromUriComponent(path).Value ?? "",
            QueryString = query,
            RawTarget = request.Target,
            Body = new MemoryStream(request.Body, writable: false),
        });
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        features.Set(outer.Features.Get<IHttpConnectionFeature>());
        var inner = new DefaultHttpContext(features)
        {
            RequestServices = services,
            RequestAborted = outer.RequestAborted,
            TraceIdentifier = outer.TraceIdentifier,
        };
        inner.Request.Host = outer.Request.Host;
        if (request.Body.Length > 0)
        {
            inner.Request.ContentType = "application/json";
            inner.Request.ContentLength = request.Body.Length;
        }

        foreach (var (name, value) in request.Headers)
        {
            inner.Request.Headers[name] = value;
        }

        if (outer.Features.Get<Caller>() is { } caller)
        {
            features.Set(new ActingCaller(caller));
        }

        return inner;
    }
}
