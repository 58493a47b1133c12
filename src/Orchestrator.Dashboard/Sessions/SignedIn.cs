using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Callers;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.World;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>The caller of a page, for its header.</summary>
public sealed class SignedIn(IHttpContextAccessor accessor, IWorld world)
{
    /// <summary>Name of the key or person; null without a caller.</summary>
    public string? Name => Caller is { } caller ? caller.Person?.Name ?? world.Current.Access.NameOf(caller.KeyId) ?? caller.KeyId : null;

    /// <summary>Role, as plans and keys write it; null without a caller.</summary>
    public string? Role => Caller?.Role.Name();

    /// <summary>True when there is a session to end; false for a page that was opened with a key in a header.</summary>
    public bool CanSignOut => Caller?.Session is not null;

    private Caller? Caller => accessor.HttpContext?.Features.Get<Caller>();
}
