namespace Orchestrator.Storage.Postgres;

/// <summary>One state of one grain as a Marten document. Its JSON is stored as a string, because <c>jsonb</c> would rewrite it.</summary>
internal sealed class StoredState
{
    public required string Id { get; set; }

    public required string Json { get; set; }

    /// <summary>The expected version before a write, the new one after it.</summary>
    public Guid Version { get; set; }
}
