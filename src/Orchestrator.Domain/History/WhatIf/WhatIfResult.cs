using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.History.WhatIf;

/// <summary>Answer to a what-if of one rollout.</summary>
/// <param name="Rollout">Id of the rollout.</param>
/// <param name="From">Its creation.</param>
/// <param name="To">End of the time that the answer tells of.</param>
/// <param name="Outcome">Comparison of the rollbacks.</param>
/// <param name="Sentence">The outcome in words.</param>
/// <param name="Recorded">The run as recorded.</param>
/// <param name="Instead">The run of the other plan over the same signals.</param>
/// <param name="UnansweredFrom">Time from which no signals can answer; null when none is missing.</param>
/// <param name="PercentHours">Percent of users times hours that the other run has on new more than the recorded one, below 0 for less.</param>
/// <param name="Limits">Sentences on what the answer does not cover.</param>
public sealed record WhatIfResult(
    string Rollout, DateTimeOffset From, DateTimeOffset To, WhatIfOutcome Outcome, string Sentence, WhatIfLine Recorded, WhatIfLine Instead,
    DateTimeOffset? UnansweredFrom, double PercentHours, string[] Limits)
{
    /// <summary>True when the other plan rolls back a rollout that completed.</summary>
    public bool FalseAlarm => Outcome == WhatIfOutcome.Stopped && Recorded.Completed;

    /// <summary>Time in which only the recorded run has users on new; null for none.</summary>
    public WhatIfSpan? Spared { get; init; }

    /// <summary>Counted users of that time, or the reason why there is no count; null without such a time.</summary>
    public string? People { get; init; }
}

/// <summary>A time.</summary>
public sealed record WhatIfSpan(DateTimeOffset From, DateTimeOffset To);

/// <summary>Comparison of the rollbacks of two runs.</summary>
public enum WhatIfOutcome
{
    /// <summary>Neither was rolled back.</summary>
    NotRolledBack,

    /// <summary>Both were rolled back at the same time.</summary>
    Same,

    /// <summary>Only the other plan rolls back.</summary>
    Stopped,

    /// <summary>The other plan rolls back earlier.</summary>
    Earlier,

    /// <summary>The other plan does not roll back until the recorded rollback; nothing was recorded after it.</summary>
    Missed,

    /// <summary>No signals were kept.</summary>
    Unanswered,
}

/// <summary>One run.</summary>
/// <param name="Points">Percent of users on new, from each time on.</param>
/// <param name="Fired">Triggers that fired.</param>
/// <param name="RolledBackAt">Time of the first rollback of all users; null without one.</param>
/// <param name="Completed">True when it completed.</param>
public sealed record WhatIfLine(WhatIfPoint[] Points, WhatIfFired[] Fired, DateTimeOffset? RolledBackAt, bool Completed)
{
    /// <summary>Most points and most fired triggers; the newest are left out.</summary>
    public const int Most = 500;
}

/// <summary>Percent of users on new from a time on.</summary>
public sealed record WhatIfPoint(DateTimeOffset At, decimal Percentage, string Step);

/// <summary>A trigger that fired.</summary>
public sealed record WhatIfFired(DateTimeOffset At, string Trigger, TriggerAction Action, string Text);
