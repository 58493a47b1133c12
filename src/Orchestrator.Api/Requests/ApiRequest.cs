using System.Runtime.InteropServices;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Access;

namespace Orchestrator.Api.Requests;

/// <summary>A request as the pipeline sees it, whether it reads or changes something.</summary>
/// <param name="http">The HTTP request.</param>
/// <param name="name">The endpoint, for telemetry: <c>PUT /api/v1/plans/{name}</c>.</param>
/// <param name="needs">Permission of the endpoint.</param>
/// <param name="takes">Body of the endpoint; null when it takes none.</param>
internal abstract class ApiRequest(HttpContext http, string name, Permission needs, BodyKind? takes) : IRequest<ApiResult>
{
    public HttpContext Http => http;

    public string Name => name;

    public Permission Needs => needs;

    public BodyKind? Takes => takes;

    /// <summary>Set by the time the pipeline runs; no endpoint of ours is reached without.</summary>
    public Caller Caller => http.Features.Get<Caller>() ?? throw new InvalidOperationException("The request was not authenticated.");

    /// <summary>Cancelled when the client goes.</summary>
    public CancellationToken Stop => http.RequestAborted;

    /// <summary>
    /// The body, plain, read once by the pipeline. Empty where none is taken, and where the endpoint reads it piece by piece.
    /// </summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    /// <summary>The body as a whole array. A copy only where it was not received into one of its size.</summary>
    public byte[] BodyArray =>
        MemoryMarshal.TryGetArray(Body, out var part) && part.Array is { } array && array.Length == part.Count ? array : Body.ToArray();

    /// <summary>A value of the path.</summary>
    public string RouteValue(string key) => (string)http.Request.RouteValues[key]!;

    /// <summary>A service of the host. Endpoints are delegates, which nothing is injected into.</summary>
    public T Service<T>()
        where T : notnull => http.RequestServices.GetRequiredService<T>();
}
