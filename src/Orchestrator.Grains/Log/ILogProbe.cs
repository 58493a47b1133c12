namespace Orchestrator.Grains.Log;

/// <summary>Finds out whether the store takes writes, without an event.</summary>
public interface ILogProbe
{
    /// <summary>Writes something of no meaning, as large as a common event, where the log is. Returns when it is durable; throws when it cannot be.</summary>
    Task Write(CancellationToken stop);
}
