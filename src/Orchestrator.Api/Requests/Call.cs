using MediatR;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>What the pipeline knows of every request.</summary>
internal abstract class Call(HttpContext http, string name, Permission needs) : IRequest<Answer>
{
    public HttpContext Http => http;

    /// <summary>The endpoint, for telemetry: <c>PUT /api/v1/plans/{name}</c>.</summary>
    public string Name => name;

    /// <summary>What one must be allowed to do.</summary>
    public Permission Needs => needs;

    /// <summary>Set by the time the pipeline runs; no endpoint of ours is reached without.</summary>
    public Caller Caller => http.Features.Get<Caller>() ?? throw new InvalidOperationException("The call was not authenticated.");

    public string Route(string key) => (string)http.Request.RouteValues[key]!;
}

/// <summary>A question: answered from what this node knows.</summary>
internal sealed class Ask(HttpContext http, string name, Permission needs, Func<Ask, World, Task<Answer>> answer) : Call(http, name, needs)
{
    public Func<Ask, World, Task<Answer>> Answer => answer;

    public CancellationToken Stop => Http.RequestAborted;

    /// <summary>The body of a question that has one.</summary>
    public Task<(ReadOnlyMemory<byte> Bytes, Answer.Problem? Problem)> Body(BodyKind kind) => Orchestrator.Api.Http.Body.Read(Http.Request, kind, Stop);

    public T Service<T>()
        where T : notnull => (T)Http.RequestServices.GetService(typeof(T))!;
}
