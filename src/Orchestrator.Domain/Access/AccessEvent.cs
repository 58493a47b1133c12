namespace Orchestrator.Domain.Access;

/// <summary>What happened to the keys; the stream <c>access</c>.</summary>
public abstract record AccessEvent
{
    private AccessEvent()
    {
    }

    /// <summary>A key opens from now on.</summary>
    public sealed record KeyCreated(string Id, string Name, Role Role, string? Environment, string Hash) : AccessEvent
    {
        /// <summary>Rollouts of a key that may push for these only; null for all.</summary>
        public string[]? Rollouts { get; init; }

        /// <summary>The person who holds it, by the id of their token or by their name; null when it declares nobody.</summary>
        public string? Person { get; init; }
    }

    /// <summary>A key opens nothing any more.</summary>
    public sealed record KeyRevoked(string Id) : AccessEvent;

    /// <summary>A key was used for the first time, or for the first change after it had only read.</summary>
    public sealed record KeyUsed(string Id) : AccessEvent
    {
        /// <summary>True of a key that read; null of one that changed something.</summary>
        public bool? Reading { get; init; }
    }

    /// <summary>The person of this id is called so from now on.</summary>
    public sealed record PersonNamed(string Id, string Name) : AccessEvent;
}
