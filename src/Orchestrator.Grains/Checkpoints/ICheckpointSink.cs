using Orchestrator.Domain.Events;

namespace Orchestrator.Grains.Checkpoints;

/// <summary>A target that stores checkpoints, best on another machine than the log.</summary>
public interface ICheckpointSink
{
    /// <summary>Display text, also of alarms, such as <c>folder /elsewhere</c>.</summary>
    string Name { get; }

    /// <summary>The newest stored checkpoint; null when there is none, or when the target cannot be read.</summary>
    /// <exception cref="InvalidDataException">The stored document is not a checkpoint.</exception>
    Task<CheckpointFile?> Newest(CancellationToken stop);

    /// <summary>Stores one. Returns once it is stored. Checkpoints of an earlier timeline stay.</summary>
    Task Put(CheckpointFile file, CancellationToken stop);
}

/// <summary>All targets of checkpoints.</summary>
internal sealed record CheckpointSinks(IReadOnlyList<ICheckpointSink> All);
