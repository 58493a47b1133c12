namespace Orchestrator.Grains.World;

/// <summary>Settings of a node's lease.</summary>
/// <param name="Lease">Time for which a table counts as fresh.</param>
/// <param name="Time">Real time, monotonic and wall; never that of the orchestrator.</param>
/// <param name="HoldsGrains">True when this node keeps state of the log outside of its world (in grains), which a new timeline would leave
/// behind.</param>
public sealed record LeaseSettings(TimeSpan Lease, TimeProvider Time, bool HoldsGrains)
{
    /// <summary>A reading that takes longer leaves time for another one within the lease.</summary>
    public TimeSpan ReadLimit => Lease / 2;

    /// <summary>Age from which an alarm is raised.</summary>
    public TimeSpan Alarm => Lease / 2;
}
