namespace Orchestrator.Grains.Routing;

/// <summary>Trust of this node in its table. Computed at each call: a process that was suspended knows it at its first answer.</summary>
public interface ITableTrust
{
    /// <summary>Read it before the table, so that the table is at least as new as the trust claims.</summary>
    TrustSnapshot Now();

    /// <summary>True while an answer decided on this basis may still be sent: checked last, when it is written.</summary>
    bool Holds(in TrustSnapshot snapshot);
}
