using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Audit;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Connections;
using Orchestrator.Api.Http;
using Orchestrator.Api.Oidc;
using Orchestrator.Api.Requests;
using Orchestrator.Api.Streams;
using Orchestrator.Domain.Access;

namespace Orchestrator.Api.Access;

/// <summary>Authorization result: lets a caller on, or writes the 401 or 403 that a policy decided.</summary>
internal sealed class AuthorizationResultHandler(
    Refusals refusals, RefusalThrottle throttle, ConnectionGuard? connections = null, IPageRefusals? pages = null)
    : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await Enter(context, next);
            return;
        }

        await Refuse(context, context.GetEndpoint()?.Metadata.GetMetadata<EndpointDescription>()?.Needs);
    }

    /// <summary>Lets a caller with an allowed role on, without a route.</summary>
    public async Task Pass(HttpContext http, RequestDelegate next, Permission needs)
    {
        var found = await http.AuthenticateAsync();
        if (found.Succeeded && http.Features.Get<Caller>() is { } caller && caller.Role.May(needs))
        {
            await Enter(http, next);
            return;
        }

        await Refuse(http, needs);
    }

    private Task Enter(HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<Caller>() is not null && connections?.Knows(http.Features) == false)
        {
            http.Response.Headers.Connection = "close";
            return http.Write(new ApiResult.Problem(503, "node.too_many_connections", ConnectionGuard.Full, RetryAfter: StreamAdmission.SecondsToWait()));
        }

        return next(http);
    }

    private async Task Refuse(HttpContext http, Permission? needs)
    {
        var caller = http.Features.Get<Caller>();
        var problem = caller is not null ? Forbidden(caller, needs) : (await http.AuthenticateAsync()).Failure switch
        {
            null => new ApiResult.Problem(401, "access.no_key", "Send a key in X-API-Key or as Authorization: Bearer."),
            RefusedException refused => refused.Problem,
            var failure => new ApiResult.Problem(401, "access.bad_token", $"Invalid token: {Tokens.Reason(failure)}"),
        };
        if (caller is null && pages?.Takes(http) == true)
        {
            // A browser without a session is no refused caller: the sign-in counts the keys that it refuses.
            await pages.Refuse(http, problem);
            return;
        }

        if (problem.Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
        {
            refusals.Note(http, problem, caller);
            if (caller is null && throttle.IsSlow(http.Connection.RemoteIpAddress))
            {
                await throttle.Rest(http.RequestAborted);
            }
        }

        await (pages?.Takes(http) == true ? pages.Refuse(http, problem) : http.Write(problem));
    }

    private static ApiResult.Problem Forbidden(Caller caller, Permission? needs) => new(
        403, "access.forbidden", needs is { } permission
            ? $"A {(caller.Person is null ? "key" : "person")} of the role {caller.Role.Name()} may not do this; one of the role {string.Join(" or ", Permissions.Of(permission).Select(Roles.Name))} may."
            : "No role may use this address.");
}
