using System.Security.Claims;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Callers;

/// <summary>Caller of a request: the holder of a key, or a person with a token.</summary>
/// <param name="KeyId">Id of the key; of a person <c>oidc:</c> and the subject.</param>
/// <param name="Role">Role of the key or of the token.</param>
/// <param name="Environment">Environment of a caller that is bound to one.</param>
/// <param name="Person">The person; null of a key.</param>
internal sealed record Caller(string KeyId, Role Role, string? Environment, Person? Person = null)
{
    public Actor Actor => Actor.User(KeyId, Role.Name());

    /// <summary>Session of a caller who signed in; null of one who sent a key or a token.</summary>
    public ICallerSession? Session { get; init; }

    /// <summary>
    /// True while the key works, with the role and the environment that it had when the request began, or until the token ends; and while
    /// the session goes on, if there is one.
    /// </summary>
    public bool MayStill(World world) => Session?.IsOver(world) != true && (Person is { } person
        ? !person.Over
        : world.Access.Working(KeyId) is { } key && key.Role == Role && key.Environment == Environment);

    /// <summary>The caller as ASP.NET Core's policies see it.</summary>
    public ClaimsPrincipal Principal(string scheme) => new(new ClaimsIdentity([new Claim(Policies.RoleClaim, Role.Name())], scheme));
}
