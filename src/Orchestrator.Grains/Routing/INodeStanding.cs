namespace Orchestrator.Grains.Routing;

/// <summary>How sure this node is of its table. Computed at each question: a process that was stopped knows at its first answer.</summary>
public interface INodeStanding
{
    /// <summary>To be taken before the table is, so that the table is at least as new as what is promised of it.</summary>
    Ground Now();

    /// <summary>Whether an answer decided on this ground may still leave: asked last, when it is written.</summary>
    bool Holds(in Ground ground);
}
