namespace Orchestrator.Grains.Log;

/// <summary>Notifies the other silos that the log has grown.</summary>
public interface IPeerNotifier
{
    /// <summary>
    /// Announces this position of the log. Returns at once and never fails: a silo that misses the call polls the log anyway.
    /// </summary>
    void Notify(long position);
}
