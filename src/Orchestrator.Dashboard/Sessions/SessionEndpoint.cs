using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>Marks a route that is no component and takes the session's cookie with every method. Its forms have tokens.</summary>
internal sealed class SessionEndpoint
{
    /// <summary>True for a request of a page: a component, or a marked route.</summary>
    public static bool IsPage(HttpContext http) => http.GetEndpoint()?.Metadata is { } metadata
        && (metadata.GetMetadata<ComponentTypeMetadata>() is not null || metadata.GetMetadata<SessionEndpoint>() is not null);
}

/// <summary>Marks a route that takes no cookie: the sign-in is the same for all.</summary>
internal sealed class SessionlessEndpoint
{
    public static bool Is(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<SessionlessEndpoint>() is not null;
}
