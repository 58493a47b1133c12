using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Access;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>Addresses and what is behind them. Every one goes through the same pipeline.</summary>
internal static class Endpoints
{
    public static void Ask(this IEndpointRouteBuilder api, string pattern, string summary, Func<Ask, World, Answer> answer, Permission needs = Permission.Read) =>
        api.Ask("GET", pattern, summary, (ask, world) => Task.FromResult(answer(ask, world)), needs);

    public static void Ask(this IEndpointRouteBuilder api, string pattern, string summary, Func<Ask, World, Task<Answer>> answer, Permission needs = Permission.Read) =>
        api.Ask("GET", pattern, summary, answer, needs);

    /// <summary>A question, or something handed in, that comes with a body and is no command to an aggregate.</summary>
    public static void AskWith(
        this IEndpointRouteBuilder api, BodyKind body, string pattern, string summary, Func<Ask, World, Task<Answer>> answer, Permission needs = Permission.Read)
    {
        var name = $"POST {pattern}";
        Map(api, "POST", pattern, summary, http => new Ask(http, name, needs, answer), needs, body);
    }

    public static void Change<TCommand>(this IEndpointRouteBuilder api, string method, string pattern, string summary, Operation<TCommand> operation)
        where TCommand : class
    {
        var name = $"{method} {pattern}";
        Map(api, method, pattern, summary, http => new Change<TCommand>(http, name, operation), operation.Needs, operation.Takes);
    }

    private static void Ask(
        this IEndpointRouteBuilder api, string method, string pattern, string summary, Func<Ask, World, Task<Answer>> answer, Permission needs)
    {
        var name = $"{method} {pattern}";
        Map(api, method, pattern, summary, http => new Ask(http, name, needs, answer), needs, null);
    }

    private static void Map(
        IEndpointRouteBuilder api, string method, string pattern, string summary, Func<HttpContext, IRequest<Answer>> request, Permission needs, BodyKind? takes)
    {
        RequestDelegate handle = async http =>
            await http.Write(await http.RequestServices.GetRequiredService<IMediator>().Send(request(http), http.RequestAborted));
        // The description reads methods and their parameters: it learns the rest from the pattern and from this.
        api.MapMethods(pattern, [method], handle).RequireAuthorization(Policies.Name(needs)).WithMetadata(handle.Method, new Described($"{method} {pattern}", summary, needs, takes));
    }
}

/// <summary>What the OpenAPI description says of an endpoint.</summary>
/// <param name="Route">Method and pattern, without the prefix of its group.</param>
/// <param name="Summary">A line.</param>
/// <param name="Needs">What one must be allowed to do.</param>
/// <param name="Takes">The body; null when there is none.</param>
internal sealed record Described(string Route, string Summary, Permission Needs, BodyKind? Takes);
