namespace Orchestrator.Domain.Rollouts;

/// <content>What is reported and said after a rollback.</content>
public abstract partial record RolloutCommand
{
    /// <summary>A leg of the procedure ended. Reported twice, it changes nothing; reported before its turn, it is refused.</summary>
    public sealed record ReportLeg(string Incident, LegReport Report) : RolloutCommand;

    /// <summary>A person is on it.</summary>
    public sealed record AcknowledgeIncident(string Incident, string? Reason = null) : RolloutCommand;

    /// <summary>A person says that all is well again.</summary>
    public sealed record ResolveIncident(string Incident, string Reason) : RolloutCommand;
}

/// <summary>What was found out in a leg.</summary>
public abstract record LegReport
{
    private LegReport(DateTimeOffset at) => At = at;

    /// <summary>When it was found out, on orchestrator time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>In which leg.</summary>
    public abstract Leg Leg { get; }

    /// <summary>These nodes route by the rollback.</summary>
    /// <param name="At">When the last of them took it in; when the lease ran out where some did not say.</param>
    /// <param name="Nodes">Those that said so.</param>
    /// <param name="Unconfirmed">Those that did not, though their tables are too old by now to be answered from; null when all did.</param>
    public sealed record Propagated(DateTimeOffset At, string[] Nodes, string[]? Unconfirmed = null) : LegReport(At)
    {
        /// <inheritdoc />
        public override Leg Leg => Leg.Propagation;
    }

    /// <summary>Whether the new path still serves.</summary>
    /// <param name="At">When it was found out.</param>
    /// <param name="Outcome">Passed when it stopped.</param>
    /// <param name="ServedNew">Decisions for new since the first look; null when they cannot tell.</param>
    /// <param name="ServedLegacy">Decisions for legacy since the first look.</param>
    /// <param name="ReportedNew">Requests in samples of new; null when nobody reports any.</param>
    /// <param name="ReportedLegacy">Requests in samples of legacy.</param>
    /// <param name="Text">In one sentence.</param>
    public sealed record Traffic(
        DateTimeOffset At, LegOutcome Outcome, long? ServedNew, long? ServedLegacy, double? ReportedNew, double? ReportedLegacy, string Text) : LegReport(At)
    {
        /// <inheritdoc />
        public override Leg Leg => Leg.Traffic;
    }

    /// <summary>What came of the health checks; none when the plan has none.</summary>
    public sealed record Health(DateTimeOffset At, CheckResult[] Checks) : LegReport(At)
    {
        /// <inheritdoc />
        public override Leg Leg => Leg.Health;
    }

    /// <summary>What came of the consistency checks; none when the plan has none.</summary>
    public sealed record Consistency(DateTimeOffset At, CheckResult[] Checks) : LegReport(At)
    {
        /// <inheritdoc />
        public override Leg Leg => Leg.Consistency;
    }
}
