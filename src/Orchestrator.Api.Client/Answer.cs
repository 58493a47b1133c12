namespace Orchestrator.Api.Client;

/// <summary>An answer of the API.</summary>
public record Answer
{
    /// <summary>HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>Version of the thing; null for an answer without one.</summary>
    public long? Version { get; init; }

    /// <summary>Address of a thing that was created; null otherwise.</summary>
    public string? Location { get; init; }

    /// <summary>Server that answered.</summary>
    public Uri? Server { get; init; }
}

/// <summary>An answer with a value.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public sealed record Answer<T> : Answer
{
    /// <summary>The value.</summary>
    public required T Value { get; init; }
}

/// <summary>Answer to a rollback: the rollout, or the receipt of a node that keeps the rollback until the log takes it.</summary>
public sealed record RollbackAnswer
{
    /// <summary>The rollout; null while the rollback waits for the log.</summary>
    public Rollout? Rollout { get; init; }

    /// <summary>Receipt of a rollback that waits for the log; null once the log has it.</summary>
    public AcceptedRollback? Accepted { get; init; }
}
