namespace Orchestrator.Domain.Documents;

/// <summary>Largest size of an input. A text is refused as soon as it passes one of these limits, before it is read to its end.</summary>
/// <param name="Bytes">Size of the source text, and of all its keys and values together after aliases are expanded.</param>
/// <param name="Depth">Nested mappings and lists.</param>
/// <param name="Nodes">Mappings, lists and values together, after aliases are expanded.</param>
public sealed record DocumentLimits(int Bytes = 256 * 1024, int Depth = 32, int Nodes = 5_000)
{
    /// <summary>Limits of a plan.</summary>
    public static DocumentLimits Plan { get; } = new();

    /// <summary>True for documents of events that are older than the rule of <see cref="UnkeptText"/>: SQLite stored their texts.</summary>
    public bool KeptBefore { get; init; }

    /// <summary>For a plan's own canonical document: it passed <see cref="Plan"/> once, but JSON's escapes may have made it longer.</summary>
    public static DocumentLimits Recorded { get; } = new(4 * 1024 * 1024, 64, 20_000) { KeptBefore = true };
}
