using System.Collections.Immutable;
using Orchestrator.Domain.People;

namespace Orchestrator.Domain.Rollouts.Incidents;

/// <summary>An incident that people must look at, with the progress of the procedure after a rollback.</summary>
public sealed record Incident(string Id, string Severity, string Reason, string? Trigger, DateTimeOffset OpenedAt)
{
    /// <summary>The rollback of the procedure; null for an incident without one.</summary>
    public RollbackRecord? Undone { get; init; }

    /// <summary>Finished steps, in their order.</summary>
    public ImmutableArray<FinishedStep> Legs { get; init; } = [];

    /// <summary>The first person who acknowledged it.</summary>
    public IncidentMark? Acknowledged { get; init; }

    /// <summary>Reason why people must act; null while nothing failed.</summary>
    public Escalation? Escalated { get; init; }

    /// <summary>Its end; null while it is open.</summary>
    public IncidentEnd? Ended { get; init; }

    /// <summary>The first missing step: the procedure continues there, also after a crash. Null when no step is left.</summary>
    public VerificationStep? Next =>
        Undone is null || Ended is not null || Legs.Length > (int)VerificationStep.Consistency ? null : (VerificationStep)Legs.Length;

    /// <summary>Status of the incident.</summary>
    public IncidentStatus Status => Ended is { } end ? end.Resolved ? IncidentStatus.Resolved : IncidentStatus.Ended
        : Escalated is not null ? IncidentStatus.Escalated
        : IncidentStatus.Open;
}

/// <summary>Status of an incident.</summary>
public enum IncidentStatus
{
    /// <summary>The procedure runs, or a person is to resolve it.</summary>
    Open,

    /// <summary>A step failed: manual intervention required.</summary>
    Escalated,

    /// <summary>Resolved by the procedure, or by a person.</summary>
    Resolved,

    /// <summary>The rollback was undone, or the rollout ended.</summary>
    Ended,
}

/// <summary>Steps after a rollback, in this order.</summary>
public enum VerificationStep
{
    /// <summary>Every node routes by it.</summary>
    Propagation,

    /// <summary>No user is served by the new path any more.</summary>
    Traffic,

    /// <summary>Legacy carries the load.</summary>
    Health,

    /// <summary>Switching harmed no data.</summary>
    Consistency,
}

/// <summary>Proof that no node routes as before a rollback.</summary>
public enum PropagationProof
{
    /// <summary>Every node confirmed it.</summary>
    Acknowledgement,

    /// <summary>Some did not, but the lease of any table without it has expired.</summary>
    Expiry,
}

/// <summary>Outcome of a step.</summary>
public enum VerificationOutcome
{
    /// <summary>It was shown.</summary>
    Passed,

    /// <summary>It was not shown in time, or the opposite was shown.</summary>
    Failed,

    /// <summary>There was nothing to check. Never a success.</summary>
    Skipped,
}

/// <summary>A rollback.</summary>
/// <param name="Version">Version of its event.</param>
/// <param name="At">Time of its decision, UTC.</param>
/// <param name="Segments">Segments that were taken back; empty for everyone.</param>
public sealed record RollbackRecord(long Version, DateTimeOffset At, ImmutableArray<string> Segments)
{
    /// <summary>People who may have seen the fault, counted at its time; null where they were not.</summary>
    public SeenPeople? Seen { get; init; }

    /// <summary>Begin of the fault that the trigger saw, on sample time; null when a person rolled back.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>A finished step.</summary>
/// <param name="Leg">The step.</param>
/// <param name="Outcome">Its outcome.</param>
/// <param name="At">Time of its end, UTC.</param>
/// <param name="Elapsed">Time since the rollback.</param>
/// <param name="Text">Display text, one sentence.</param>
/// <param name="Checks">Results of its checks; empty for steps without checks.</param>
public sealed record FinishedStep(
    VerificationStep Leg, VerificationOutcome Outcome, DateTimeOffset At, TimeSpan Elapsed, string Text, ImmutableArray<CheckResult> Checks)
{
    /// <summary>Nodes that confirmed propagation and those that did not; null for other steps.</summary>
    public Propagation? Propagation { get; init; }
}

/// <summary>Propagation of a rollback to the nodes.</summary>
/// <param name="By">Kind of proof.</param>
/// <param name="Nodes">Nodes that route by it.</param>
/// <param name="Unconfirmed">Nodes that did not confirm it.</param>
public sealed record Propagation(PropagationProof By, ImmutableArray<string> Nodes, ImmutableArray<string> Unconfirmed);

/// <summary>Result of a check of the plan.</summary>
/// <param name="Name">Its name in the plan.</param>
/// <param name="Passed">True when it holds.</param>
/// <param name="Attempts">Number of attempts.</param>
/// <param name="Took">Duration of the last answer, in real time; null for a rule.</param>
/// <param name="Text">Display text, one sentence.</param>
public sealed record CheckResult(string Name, bool Passed, int Attempts, TimeSpan? Took, string Text);

/// <summary>A person acted on an incident.</summary>
public sealed record IncidentMark(string By, string? Role, DateTimeOffset At)
{
    /// <summary>Name of the key or person at the time; null in the state itself, which has ids alone.</summary>
    public string? Name { get; init; }
}

/// <summary>A step failed.</summary>
public sealed record Escalation(VerificationStep Leg, string Reason, DateTimeOffset At);

/// <summary>End of an incident.</summary>
/// <param name="Resolved">False when the rollback was undone or the rollout ended.</param>
/// <param name="By">The person; null when the procedure or the rollout's end did it.</param>
/// <param name="Reason">Display text, one sentence.</param>
/// <param name="At">Time of its end, UTC.</param>
public sealed record IncidentEnd(bool Resolved, string? By, string Reason, DateTimeOffset At)
{
    /// <summary>Name of the key or person at the time; null in the state itself, which has ids alone.</summary>
    public string? Name { get; init; }
}
