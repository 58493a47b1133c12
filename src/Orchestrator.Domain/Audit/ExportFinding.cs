namespace Orchestrator.Domain.Audit;

/// <summary>A place at which an export differs from what the product wrote.</summary>
/// <param name="Rule">The rule that is broken.</param>
/// <param name="Line">Number of the line, from 1; 0 where there is none.</param>
/// <param name="Stream">The stream; null where there is none.</param>
/// <param name="Version">First bad version of the stream; 0 where there is none.</param>
/// <param name="Position">Position of the event found there; 0 where there is none.</param>
/// <param name="Text">One sentence.</param>
public sealed record ExportFinding(ExportRule Rule, long Line, string? Stream, long Version, long Position, string Text);

/// <summary>Rules of an export.</summary>
public enum ExportRule
{
    /// <summary>A line is an event, the head or the end.</summary>
    Line,

    /// <summary>Positions ascend.</summary>
    Order,

    /// <summary>Versions of a stream go on without a gap.</summary>
    Gap,

    /// <summary>The hash of an event follows from its content and from the event before it.</summary>
    Chain,

    /// <summary>A stream has every event that a checkpoint has of it.</summary>
    Tail,

    /// <summary>A stream has the hash that a checkpoint has of it.</summary>
    Checkpoint,

    /// <summary>The key signed the checkpoint.</summary>
    Signature,

    /// <summary>A checkpoint names the one before it.</summary>
    Previous,

    /// <summary>The last line counts the events before it.</summary>
    End,
}

/// <summary>Result of the verification of an export.</summary>
/// <param name="Events">Events read.</param>
/// <param name="Streams">Streams among them.</param>
/// <param name="Position">Position of the last event; 0 for none.</param>
/// <param name="Hidden">Events whose hash cannot be computed, because the server kept members of them to itself.</param>
/// <param name="Head">The first line; null for an export without one.</param>
/// <param name="Ended">True when the export has its last line; false also for an export without a head, which has none.</param>
/// <param name="Checkpoints">Checkpoints compared.</param>
/// <param name="Found">Number of findings.</param>
/// <param name="Findings">The first findings, in the order of the lines.</param>
public sealed record ExportReport(
    long Events, int Streams, long Position, long Hidden, ExportHead? Head, bool Ended, int Checkpoints, long Found,
    IReadOnlyList<ExportFinding> Findings)
{
    /// <summary>True without a finding.</summary>
    public bool IsIntact => Found == 0;
}
