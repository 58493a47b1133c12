namespace Orchestrator.Api.Client;

/// <summary>The caller.</summary>
public sealed record Me
{
    /// <summary>Id of the key or person.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name.</summary>
    public string? Name { get; init; }

    /// <summary>Kind.</summary>
    [Words("key", "person")]
    public string Kind { get; init; } = "";

    /// <summary>Role.</summary>
    public string Role { get; init; } = "";

    /// <summary>Environment that it is bound to; null for all.</summary>
    public string? Environment { get; init; }

    /// <summary>End of the token; null for a key.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Permissions of the role.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = [];
}

/// <summary>A page of API keys.</summary>
public sealed record KeyList
{
    /// <summary>Keys, by id.</summary>
    public IReadOnlyList<ApiKey> Keys { get; init; } = [];

    /// <summary>Id after which the next page begins; null at the end.</summary>
    public string? Next { get; init; }
}

/// <summary>An API key, without its text.</summary>
public sealed record ApiKey
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Role.</summary>
    public string Role { get; init; } = "";

    /// <summary>Environment that it is bound to; null for all.</summary>
    public string? Environment { get; init; }

    /// <summary>Rollouts that it is bound to; null for all.</summary>
    public IReadOnlyList<string>? Rollouts { get; init; }

    /// <summary>Person who holds it; null when it declares none.</summary>
    public string? Person { get; init; }

    /// <summary>Time of its creation.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Maker; null when the product made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Name of the maker.</summary>
    public string? CreatedByName { get; init; }

    /// <summary>First use for a change; null before.</summary>
    public DateTimeOffset? FirstUsedAt { get; init; }

    /// <summary>First read, where that was before the first change; null otherwise.</summary>
    public DateTimeOffset? FirstReadAt { get; init; }

    /// <summary>Seconds since its newest use on the node that answers; null for none since the node's start.</summary>
    public double? UsedHere { get; init; }

    /// <summary>Time of the revocation; null while it works.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>An API key to create.</summary>
public sealed record KeyCreation
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Role.</summary>
    [Words("viewer", "support", "product", "engineering", "devops", "admin", "evaluation", "ingest", "browser")]
    public string Role { get; init; } = "";

    /// <summary>Environment that it is bound to; needed for evaluation and browser.</summary>
    public string? Environment { get; init; }

    /// <summary>Rollouts that a key of the role ingest is bound to; null for all.</summary>
    public IReadOnlyList<string>? Rollouts { get; init; }

    /// <summary>Person who holds it; null for none.</summary>
    public string? Person { get; init; }
}

/// <summary>A key that was just created. Its text is in this answer and nowhere else.</summary>
public sealed record CreatedKey
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Text.</summary>
    public string Key { get; init; } = "";

    /// <summary>Secret for signed pushes; null of keys that push nothing.</summary>
    public string? SigningSecret { get; init; }
}
