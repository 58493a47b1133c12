using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;

namespace Orchestrator.Api.Access;

/// <summary>The caller themselves: id, name, role, permissions.</summary>
internal static class MeEndpoint
{
    public static void MapMe(this IEndpointRouteBuilder api) => api.MapQuery("/me", "Get the caller: id, name, role, environment, permissions", (request, world) =>
    {
        var caller = request.Caller;
        return new ApiResult.Ok(new
        {
            id = caller.KeyId,
            name = caller.Person?.Name ?? world.Access.NameOf(caller.KeyId),
            kind = caller.Person is null ? "key" : "person",
            role = caller.Role.Name(),
            caller.Environment,
            caller.Person?.Until,
            permissions = Enum.GetValues<Permission>().Where(permission => caller.Role.May(permission))
                .Select(permission => JsonNamingPolicy.CamelCase.ConvertName(permission.ToString())),
        });
    });
}
