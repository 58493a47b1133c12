namespace Orchestrator.Domain.Access;

/// <summary>Events of the API keys; the stream <c>access</c>.</summary>
public abstract record AccessEvent
{
    private AccessEvent()
    {
    }

    /// <summary>A key works from now on.</summary>
    public sealed record KeyCreated(string Id, string Name, Role Role, string? Environment, string Hash) : AccessEvent
    {
        /// <summary>Ids of the rollouts that the key may push for; null for all.</summary>
        public string[]? Rollouts { get; init; }

        /// <summary>The person who holds it, by the id of their token or by their name; null when the key declares no person.</summary>
        public string? Person { get; init; }
    }

    /// <summary>A key was revoked.</summary>
    public sealed record KeyRevoked(string Id) : AccessEvent;

    /// <summary>A key was used for the first time, or for the first change after it had only read.</summary>
    public sealed record KeyUsed(string Id) : AccessEvent
    {
        /// <summary>True when the key read; null when it changed something.</summary>
        public bool? Reading { get; init; }
    }

    /// <summary>The person of this id has this name from now on.</summary>
    public sealed record PersonNamed(string Id, string Name) : AccessEvent;
}
