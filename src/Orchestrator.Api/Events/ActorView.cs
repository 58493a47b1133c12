using Orchestrator.Domain.Events;

namespace Orchestrator.Api.Events;

/// <summary>Author of an event; of a key or person with the name at the time.</summary>
internal sealed record ActorView(ActorKind Kind, string Id, string? Role, string? Name);
