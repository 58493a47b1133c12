using Orchestrator.Domain.Routing;

namespace Orchestrator.Grains.Routing;

/// <summary>How sure this node is of its table. Computed at each question: a process that was stopped knows at its first answer.</summary>
public interface INodeStanding
{
    /// <summary>To be taken before the table is, so that the table is at least as new as what is promised of it.</summary>
    Ground Now();

    /// <summary>Whether an answer decided on this ground may still leave: asked last, when it is written.</summary>
    bool Holds(in Ground ground);
}

/// <summary>What an answer rests on.</summary>
/// <param name="Standing">How sure the node is.</param>
/// <param name="Since">The freshness that makes it so; of no interest while stale.</param>
public readonly record struct Ground(Standing Standing, Moment Since);

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
