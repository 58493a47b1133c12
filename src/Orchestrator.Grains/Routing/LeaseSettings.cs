namespace Orchestrator.Grains.Routing;

/// <summary>How a node keeps its lease.</summary>
/// <param name="Lease">How long a table counts as fresh.</param>
/// <param name="Time">Real time, monotonic and wall; never that of the orchestrator.</param>
/// <param name="HoldsGrains">Whether this node keeps state of the log elsewhere than in its world, which a new timeline would leave behind.</param>
public sealed record LeaseSettings(TimeSpan Lease, TimeProvider Time, bool HoldsGrains)
{
    /// <summary>A reading that takes longer leaves time for another one within the lease.</summary>
    public TimeSpan ReadLimit => Lease / 2;

    /// <summary>From this age on people are told.</summary>
    public TimeSpan Alarm => Lease / 2;
}
