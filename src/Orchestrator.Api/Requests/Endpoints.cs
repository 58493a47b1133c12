using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>Maps addresses to queries and commands. Each goes through the one pipeline.</summary>
internal static class Endpoints
{
    public static void MapQuery(
        this IEndpointRouteBuilder api, string pattern, string summary, Func<Query, World, ApiResult> answer,
        Permission needs = Permission.Read) =>
        api.MapQuery(pattern, summary, (request, world) => Task.FromResult(answer(request, world)), needs);

    public static void MapQuery(
        this IEndpointRouteBuilder api, string pattern, string summary, Func<Query, World, Task<ApiResult>> answer,
        Permission needs = Permission.Read)
    {
        var name = $"GET {pattern}";
        Map(api, "GET", pattern, summary, http => new Query(http, name, needs, null, answer), needs, null);
    }

    /// <summary>A query, or something handed in, that is posted and is no command to an aggregate.</summary>
    public static void MapPost(
        this IEndpointRouteBuilder api, BodyKind? body, string pattern, string summary, Func<Query, World, Task<ApiResult>> answer,
        Permission needs = Permission.Read)
    {
        var name = $"POST {pattern}";
        Map(api, "POST", pattern, summary, http => new Query(http, name, needs, body, answer), needs, body);
    }

    /// <summary>An end of something that only this node's memory has: no command to an aggregate.</summary>
    public static void MapDelete(
        this IEndpointRouteBuilder api, string pattern, string summary, Func<Query, World, Task<ApiResult>> answer,
        Permission needs = Permission.Read)
    {
        var name = $"DELETE {pattern}";
        Map(api, "DELETE", pattern, summary, http => new Query(http, name, needs, null, answer), needs, null);
    }

    public static void MapCommand<TPayload>(
        this IEndpointRouteBuilder api, string method, string pattern, string summary, Operation<TPayload> operation)
        where TPayload : class
    {
        var name = $"{method} {pattern}";
        Map(api, method, pattern, summary, http => new Command<TPayload>(http, name, operation), operation.Needs, operation.Takes);
    }

    private static void Map(
        IEndpointRouteBuilder api, string method, string pattern, string summary, Func<HttpContext, ApiRequest> request, Permission needs,
        BodyKind? takes)
    {
        RequestDelegate handle = async http =>
            await http.Write(await http.RequestServices.GetRequiredService<IMediator>().Send(request(http), http.RequestAborted));

        // The description reads methods and their parameters: it learns the rest from the pattern and from this.
        api.MapMethods(pattern, [method], handle)
            .RequireAuthorization(Policies.Name(needs))
            .WithMetadata(handle.Method, new EndpointDescription($"{method} {pattern}", summary, needs, takes));
    }
}
