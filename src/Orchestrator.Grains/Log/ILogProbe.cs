namespace Orchestrator.Grains.Log;

/// <summary>Tests whether the store accepts writes, without an event.</summary>
public interface ILogProbe
{
    /// <summary>
    /// Writes test data as large as a common event to the store of the log. Returns once it is durable; throws when the write fails.
    /// </summary>
    Task Write(CancellationToken stop);
}
