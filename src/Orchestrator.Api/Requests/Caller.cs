using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>Who asks: the holder of a key.</summary>
internal sealed record Caller(string KeyId, Role Role, string? Environment)
{
    public Actor Actor => Actor.User(KeyId, Role.Name());

    /// <summary>True while the key works, with the role and the environment that it had when the call began.</summary>
    public bool MayStill(World world) => world.Access.Working(KeyId) is { } key && key.Role == Role && key.Environment == Environment;
}
