namespace Orchestrator.Grains.Cluster;

/// <summary>Tells the other silos that the log has grown.</summary>
public interface IPush
{
    /// <summary>The log holds this position. Returns at once and never fails: who does not hear of it reads it soon anyway.</summary>
    void Tell(long position);
}
