namespace Orchestrator.Dashboard.Pages.Keys;

/// <summary>A page of keys (<c>GET /api/v1/keys</c>).</summary>
/// <param name="Keys">Keys, by id.</param>
/// <param name="Next">Id after which the next page begins; null at the end.</param>
public sealed record KeyList(IReadOnlyList<KeyData> Keys, string? Next);

/// <summary>A key, without its text.</summary>
public sealed record KeyData
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

    /// <summary>Time at which it was made.</summary>
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

/// <summary>A key that was just made (<c>POST /api/v1/keys</c>). Its text is in this answer and nowhere else.</summary>
/// <param name="Id">Id.</param>
/// <param name="Key">Text.</param>
/// <param name="SigningSecret">Secret for signed pushes; null of keys that push nothing.</param>
public sealed record NewKeyData(string Id, string Key, string? SigningSecret);
