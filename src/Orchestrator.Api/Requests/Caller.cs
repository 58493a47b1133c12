using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;

namespace Orchestrator.Api.Requests;

/// <summary>Who asks: the holder of a key.</summary>
internal sealed record Caller(string KeyId, Role Role, string? Environment)
{
    public Actor Actor => Actor.User(KeyId, Role.Name());
}
