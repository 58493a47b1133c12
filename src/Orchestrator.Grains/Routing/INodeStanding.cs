using Orchestrator.Domain.Routing;

namespace Orchestrator.Grains.Routing;

/// <summary>Trust of this node in its table. Computed at each call: a process that was suspended knows it at its first answer.</summary>
public interface INodeStanding
{
    /// <summary>Read it before the table, so that the table is at least as new as the trust claims.</summary>
    Ground Now();

    /// <summary>True while an answer decided on this basis may still be sent: checked last, when it is written.</summary>
    bool Holds(in Ground ground);
}

/// <summary>Basis of an answer.</summary>
/// <param name="Standing">Trust of the node in its table.</param>
/// <param name="Since">The freshness behind it; not used while stale.</param>
public readonly record struct Ground(Standing Standing, Moment Since);

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
