namespace Orchestrator.Grains.Checkpoints;

/// <summary>A place that keeps checkpoints, best where the log is not.</summary>
public interface ICheckpointSink
{
    /// <summary>For people and alarms, such as <c>folder /elsewhere</c>.</summary>
    string Name { get; }

    /// <summary>The newest one that is kept there; null when there is none, or when the place cannot be read.</summary>
    /// <exception cref="InvalidDataException">There is one, and it cannot be read as one.</exception>
    Task<CheckpointFile?> Newest(CancellationToken stop);

    /// <summary>Keeps one. Returns when it is there. What was kept of an earlier timeline stays.</summary>
    Task Put(CheckpointFile file, CancellationToken stop);
}

/// <summary>Every place that gets checkpoints.</summary>
internal sealed record CheckpointSinks(IReadOnlyList<ICheckpointSink> All);
