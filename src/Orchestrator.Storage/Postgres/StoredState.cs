namespace Orchestrator.Storage.Postgres;

/// <summary>One state of one grain as a Marten document. Its JSON is kept as a string, because <c>jsonb</c> would rewrite it.</summary>
internal sealed class StoredState
{
    public required string Id { get; set; }

    public required string Json { get; set; }

    /// <summary>Before a write the version that it expects, afterwards the new one.</summary>
    public Guid Version { get; set; }
}
