using Orchestrator.Domain.Rollouts.Incidents;

namespace Orchestrator.Domain.Rollouts;

/// <content>Commands of the procedure after a rollback.</content>
public abstract partial record RolloutCommand
{
    /// <summary>Reports the end of a step of the procedure. Repeated, it changes nothing; before its turn, it is refused.</summary>
    public sealed record ReportLeg(string Incident, VerificationReport Report) : RolloutCommand;

    /// <summary>Acknowledges an incident.</summary>
    public sealed record AcknowledgeIncident(string Incident, string? Reason = null) : RolloutCommand;

    /// <summary>Resolves an incident.</summary>
    public sealed record ResolveIncident(string Incident, string Reason) : RolloutCommand;
}

/// <summary>Result of a step.</summary>
public abstract record VerificationReport
{
    private VerificationReport(DateTimeOffset at) => At = at;

    /// <summary>Time of the result, on orchestrator time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The step.</summary>
    public abstract VerificationStep Leg { get; }

    /// <summary>These nodes route by the rollback.</summary>
    /// <param name="At">Time at which the last of them took it over; the expiry of the lease where some did not confirm.</param>
    /// <param name="Nodes">Nodes that confirmed it.</param>
    /// <param name="Unconfirmed">Nodes that did not, though their tables are too old by now to answer from; null when all did.</param>
    public sealed record Propagated(DateTimeOffset At, string[] Nodes, string[]? Unconfirmed = null) : VerificationReport(At)
    {
        /// <inheritdoc />
        public override VerificationStep Leg => VerificationStep.Propagation;
    }

    /// <summary>Result of checking the traffic of the new path.</summary>
    /// <param name="At">Time of the result.</param>
    /// <param name="Outcome">Passed when it stopped.</param>
    /// <param name="ServedNew">Decisions for new since the first look; null when they are inconclusive.</param>
    /// <param name="ServedLegacy">Decisions for legacy since the first look.</param>
    /// <param name="ReportedNew">Requests in samples of new; null when no service reports any.</param>
    /// <param name="ReportedLegacy">Requests in samples of legacy.</param>
    /// <param name="Text">Display text, one sentence.</param>
    public sealed record Traffic(
        DateTimeOffset At, VerificationOutcome Outcome, long? ServedNew, long? ServedLegacy, double? ReportedNew, double? ReportedLegacy,
        string Text) : VerificationReport(At)
    {
        /// <inheritdoc />
        public override VerificationStep Leg => VerificationStep.Traffic;
    }

    /// <summary>Results of the health checks; none when the plan has none.</summary>
    public sealed record Health(DateTimeOffset At, CheckResult[] Checks) : VerificationReport(At)
    {
        /// <inheritdoc />
        public override VerificationStep Leg => VerificationStep.Health;
    }

    /// <summary>Results of the consistency checks; none when the plan has none.</summary>
    public sealed record Consistency(DateTimeOffset At, CheckResult[] Checks) : VerificationReport(At)
    {
        /// <inheritdoc />
        public override VerificationStep Leg => VerificationStep.Consistency;
    }
}
