using System.Collections.Immutable;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Something people must look at, and how far the procedure that follows a rollback has come.</summary>
public sealed record Incident(string Id, string Severity, string Reason, string? Trigger, DateTimeOffset OpenedAt)
{
    /// <summary>The rollback that the procedure follows up; null for an incident without one.</summary>
    public Undone? Undone { get; init; }

    /// <summary>Legs that are behind, in their order.</summary>
    public ImmutableArray<LegDone> Legs { get; init; } = [];

    /// <summary>The first person who said to be on it.</summary>
    public IncidentMark? Acknowledged { get; init; }

    /// <summary>Why people must act; null while nothing failed.</summary>
    public Escalation? Escalated { get; init; }

    /// <summary>How it ended; null while it has not.</summary>
    public IncidentEnd? Ended { get; init; }

    /// <summary>The first leg missing: where the procedure goes on, also after a crash. Null when there is nothing (more) to do.</summary>
    public Leg? Next => Undone is null || Ended is not null || Legs.Length > (int)Leg.Consistency ? null : (Leg)Legs.Length;

    /// <summary>Where it stands.</summary>
    public IncidentStatus Status => Ended is { } end ? end.Resolved ? IncidentStatus.Resolved : IncidentStatus.Ended
        : Escalated is not null ? IncidentStatus.Escalated
        : IncidentStatus.Open;
}

/// <summary>Where an incident stands.</summary>
public enum IncidentStatus
{
    /// <summary>The procedure runs, or a person is to say that all is well.</summary>
    Open,

    /// <summary>A leg failed: manual intervention required.</summary>
    Escalated,

    /// <summary>By the procedure, or by a person.</summary>
    Resolved,

    /// <summary>The rollback was undone, or the rollout ended.</summary>
    Ended,
}

/// <summary>What is done after a rollback, in this order.</summary>
public enum Leg
{
    /// <summary>Every node routes by it.</summary>
    Propagation,

    /// <summary>Nobody is served by the new path any more.</summary>
    Traffic,

    /// <summary>Legacy carries the load.</summary>
    Health,

    /// <summary>Switching harmed no data.</summary>
    Consistency,
}

/// <summary>How it is known that no node routes as before a rollback.</summary>
public enum PropagationProof
{
    /// <summary>Every node said so.</summary>
    Acknowledgement,

    /// <summary>Some did not, but the lease of any table without it has run out.</summary>
    Expiry,
}

/// <summary>How a leg ended.</summary>
public enum LegOutcome
{
    /// <summary>It was shown.</summary>
    Passed,

    /// <summary>It was not shown in the time it has, or shown to be otherwise.</summary>
    Failed,

    /// <summary>There was nothing to look at. Never taken for a success.</summary>
    Skipped,
}

/// <summary>A rollback.</summary>
/// <param name="Version">Version of its event.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Segments">Who was taken back; empty for everyone.</param>
public sealed record Undone(long Version, DateTimeOffset At, ImmutableArray<string> Segments);

/// <summary>A leg that is behind.</summary>
/// <param name="Leg">Which.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="At">When.</param>
/// <param name="Elapsed">Since the rollback.</param>
/// <param name="Text">In one sentence.</param>
/// <param name="Checks">What was checked; empty for legs without checks.</param>
public sealed record LegDone(Leg Leg, LegOutcome Outcome, DateTimeOffset At, TimeSpan Elapsed, string Text, ImmutableArray<CheckResult> Checks)
{
    /// <summary>Of propagation: who confirmed it and who did not; null for other legs.</summary>
    public Propagation? Propagation { get; init; }
}

/// <summary>How far a rollback has come.</summary>
/// <param name="By">How it is known.</param>
/// <param name="Nodes">Nodes that route by it.</param>
/// <param name="Unconfirmed">Nodes that did not say so.</param>
public sealed record Propagation(PropagationProof By, ImmutableArray<string> Nodes, ImmutableArray<string> Unconfirmed);

/// <summary>What came of a check of the plan.</summary>
/// <param name="Name">Its name in the plan.</param>
/// <param name="Passed">Whether it holds.</param>
/// <param name="Attempts">How often it was asked.</param>
/// <param name="Took">How long the last answer took, in real time; null for a rule.</param>
/// <param name="Text">In one sentence.</param>
public sealed record CheckResult(string Name, bool Passed, int Attempts, TimeSpan? Took, string Text);

/// <summary>A person did something at a time.</summary>
public sealed record IncidentMark(string By, string? Role, DateTimeOffset At)
{
    /// <summary>Name of the key or person at the time; null in the state itself, which knows ids alone.</summary>
    public string? Name { get; init; }
}

/// <summary>A leg failed.</summary>
public sealed record Escalation(Leg Leg, string Reason, DateTimeOffset At);

/// <summary>How an incident ended.</summary>
/// <param name="Resolved">False when the rollback was undone or the rollout ended.</param>
/// <param name="By">The person; null when the procedure or the rollout's end did it.</param>
/// <param name="Reason">In one sentence.</param>
/// <param name="At">When.</param>
public sealed record IncidentEnd(bool Resolved, string? By, string Reason, DateTimeOffset At)
{
    /// <summary>Name of the key or person at the time; null in the state itself, which knows ids alone.</summary>
    public string? Name { get; init; }
}
