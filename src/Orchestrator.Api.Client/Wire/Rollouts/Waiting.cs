namespace Orchestrator.Api.Client;

/// <summary>The next change of a rollout, and everything it waits for.</summary>
public sealed record RolloutNext
{
    /// <summary>Time of the hold or of the ramp; null when no time decides.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Reasons to wait.</summary>
    public IReadOnlyList<Wait> WaitingFor { get; init; } = [];

    /// <summary>Names of the gates that are shut.</summary>
    public IReadOnlyList<string> WaitingForGates { get; init; } = [];

    /// <summary>Earliest time at which the evidence is complete; null when it is unknown.</summary>
    public DateTimeOffset? EvidenceAt { get; init; }

    /// <summary>Next step of load that returns to legacy; null for none.</summary>
    public RampStep? Ramp { get; init; }

    /// <summary>Sentence; null where there is no next change.</summary>
    public string? Text { get; init; }

    /// <summary>Share of all users on new after it; null where a person chooses the way.</summary>
    public decimal? Percentage { get; init; }

    /// <summary>Earliest time at which all gates can be open; null when it is unknown.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>It does not come before this; null when no time is known.</summary>
    public DateTimeOffset? AtLeast { get; init; }
}

/// <summary>A reason to wait.</summary>
public sealed record Wait
{
    /// <summary>Gate that is shut.</summary>
    public string Gate { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Earliest opening; null when no time decides.</summary>
    public DateTimeOffset? OpensAt { get; init; }

    /// <summary>Id of the key or person that shut it; null when none did.</summary>
    public string? By { get; init; }

    /// <summary>Name of that key or person.</summary>
    public string? Name { get; init; }
}

/// <summary>One part of a gate of the current step.</summary>
public sealed record GatePart
{
    /// <summary>The gate: hold, evidence, review, window and so on.</summary>
    public string Gate { get; init; } = "";

    /// <summary>Part of the gate.</summary>
    [Words("confirm", "pause", "hold", "samples", "rule", "criterion", "review", "objective", "segment", "line", "freeze", "changeWindow")]
    public string Kind { get; init; } = "";

    /// <summary>Name of the step, criterion, review, objective, segment, freeze or environment.</summary>
    public string Name { get; init; } = "";

    /// <summary>Verdict; the part is shut for breached, noEvidence and waiting.</summary>
    [Words("met", "warning", "breached", "noEvidence", "waiting")]
    public string Verdict { get; init; } = "";

    /// <summary>The verdict as a word with a sign.</summary>
    public string Word { get; init; } = "";

    /// <summary>Sentence with observed, limit and samples.</summary>
    public string Text { get; init; } = "";

    /// <summary>Part of the way, 0 to 1; null when nothing measures it.</summary>
    public double? Progress { get; init; }

    /// <summary>Earliest time at which it can open; null when no time decides.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>Id of the actor that shut it; null when time or measurements do.</summary>
    public string? By { get; init; }

    /// <summary>Name of that actor.</summary>
    public string? ByName { get; init; }
}

/// <summary>A success criterion of the current step.</summary>
public sealed record Criterion
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Verdict.</summary>
    [Words("noEvidence", "met", "breached", "warning")]
    public string Verdict { get; init; } = "";

    /// <summary>Value in the base unit of the metric; null when nothing was measured.</summary>
    public double? Observed { get; init; }

    /// <summary>Limit in the same unit; null when the rule has no number.</summary>
    public double? Limit { get; init; }

    /// <summary>Measured part of its window, 0 to 1.</summary>
    public double Coverage { get; init; }

    /// <summary>Number of samples behind the value.</summary>
    public long Samples { get; init; }

    /// <summary>Sample time; null when nothing was measured.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Earliest time at which its evidence is complete; null when it is unknown.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>Time at which an amendment restarted its evidence; null when none did in this step.</summary>
    public DateTimeOffset? RestartedAt { get; init; }
}

/// <summary>Time that the steps ahead take at least.</summary>
public sealed record Forecast
{
    /// <summary>Time; null when that of a step is unknown.</summary>
    public string? Takes { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>The current step and those ahead.</summary>
    public IReadOnlyList<ForecastStep> Steps { get; init; } = [];
}

/// <summary>Shortest time of one step.</summary>
public sealed record ForecastStep
{
    /// <summary>Phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Step.</summary>
    public string Step { get; init; } = "";

    /// <summary>Remaining time of the hold.</summary>
    public string? Hold { get; init; }

    /// <summary>Longest of the hold and every criterion; null when one is unknown.</summary>
    public string? Takes { get; init; }

    /// <summary>Criteria of the step.</summary>
    public IReadOnlyList<ForecastCriterion> Criteria { get; init; } = [];
}

/// <summary>Shortest time until the evidence of one criterion is complete.</summary>
public sealed record ForecastCriterion
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Samples that it needs; null when no number of samples decides it.</summary>
    public long? Needs { get; init; }

    /// <summary>Samples measured so far.</summary>
    public long Has { get; init; }

    /// <summary>Samples a minute at the present traffic; null when the traffic is unknown.</summary>
    public double? PerMinute { get; init; }

    /// <summary>Time; null when it is unknown.</summary>
    public string? Takes { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}
