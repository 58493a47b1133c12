namespace Orchestrator.Faults.Processes;

/// <summary>Cluster of a scenario.</summary>
internal sealed record Layout
{
    public int Silos { get; init; } = 3;

    public int Evaluations { get; init; } = 1;

    /// <summary>Each node in a network namespace of its own, so that it can be cut from the others.</summary>
    public bool Namespaces { get; init; }

    /// <summary>Each node with a wall clock that can jump.</summary>
    public bool WallClocks { get; init; }

    /// <summary>True when silos notify each other of appended events.</summary>
    public bool Push { get; init; } = true;

    /// <summary>Orchestrator.Silo.dll of an older build for the first process of each node; null for this build.</summary>
    public string? Before { get; init; }

    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The promise: lease + 1 s.</summary>
    public TimeSpan Bound => Lease + TimeSpan.FromSeconds(1);

    /// <summary>One silo on its own store, without PostgreSQL.</summary>
    public static Layout Embedded { get; } = new() { Silos = 0, Evaluations = 0 };

    public bool IsEmbedded => Silos == 0;
}
