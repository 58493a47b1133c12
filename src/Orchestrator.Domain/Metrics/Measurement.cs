namespace Orchestrator.Domain.Metrics;

/// <summary>What a window says of one metric of one variant.</summary>
/// <param name="Value">In the metric's base unit; null when nothing was measured (no sample, or a ratio over nothing).</param>
/// <param name="Samples">What the value rests on: the denominator of a ratio, the observations of a quantile, the readings of a gauge, the samples of a count or rate.</param>
/// <param name="Events">The numerator of a ratio or the sum of a count; 0 for others.</param>
/// <param name="Covered">Time of the window in which samples were expected and came.</param>
/// <param name="Window">The span looked at.</param>
/// <param name="Last">Time of the newest sample inside; null when there was none.</param>
public sealed record Measurement(double? Value, long Samples, long Events, TimeSpan Covered, TimeSpan Window, DateTimeOffset? Last)
{
    /// <summary>Nothing was measured in <paramref name="window"/>.</summary>
    public static Measurement None(TimeSpan window) => new(null, 0, 0, TimeSpan.Zero, window, null);

    /// <summary>Share of the window that was measured, 0 to 1.</summary>
    public double Coverage => Window <= TimeSpan.Zero ? 0 : Math.Min(1, Covered / Window);
}

/// <summary>What one question to the windows was answered with.</summary>
/// <param name="Question">The name it was asked under (a trigger's or criterion's).</param>
/// <param name="Measured">The subject's measurement.</param>
/// <param name="Baseline">The baseline in the metric's base unit; null when it has none or none could be measured.</param>
/// <param name="Newest">What the newest instant says by itself, where that was asked for; null when it says nothing.</param>
/// <param name="Heard">Newest sample that carries the metric, however long ago, where that was asked for; null when there is none.</param>
/// <param name="Gap">The longest time without such a sample since <see cref="Question.GapSince"/>; null when not asked.</param>
/// <param name="Compared">The sequential comparison with legacy; null when not asked, or when too little was measured.</param>
public sealed record Reading(
    string Question, Measurement Measured, double? Baseline, double? Newest = null, DateTimeOffset? Heard = null, TimeSpan? Gap = null,
    Compared? Compared = null)
{
    /// <summary>True when samples told of time without requests, so that a metric of requests had nothing to carry; false also when not asked.</summary>
    public bool Quiet { get; init; }

    /// <summary>Observations of a quantile beyond the limits of <see cref="Question.Claim"/>; null when not asked.</summary>
    public Beyond? Beyond { get; init; }
}

/// <summary>Everything the windows say at one moment, as input to a decision.</summary>
/// <param name="At">The moment on sample time: that of a sample, or of the round when no sample came.</param>
/// <param name="Readings">One for each question.</param>
/// <param name="LastSample">Newest sample of the watched variant and traffic in this step; null when it was not exercised in this step.</param>
/// <param name="FromSample">True when a sample was taken at <paramref name="At"/>; false for a round that only looks for silence.</param>
/// <param name="Before">With a sample, the one before it in this step; null when it is the first.</param>
/// <param name="Named">Those of the inquiry's segments that samples tell apart; null for none.</param>
public sealed record Observation(
    DateTimeOffset At, Reading[] Readings, DateTimeOffset? LastSample, bool FromSample, DateTimeOffset? Before = null, string[]? Named = null)
{
    /// <summary>Since when the orchestrator was there to hear anything, on orchestrator time; null when that is not known.</summary>
    public DateTimeOffset? WatchedSince { get; init; }
}

/// <summary>A question to the windows.</summary>
/// <param name="Name">Echoed in the reading.</param>
/// <param name="Metric">Name of a metric of the plan.</param>
/// <param name="Variant">Whose samples.</param>
/// <param name="Traffic">Live or shadow.</param>
/// <param name="Segment">Null for all together.</param>
/// <param name="Window">Span to look back from the moment of the observation.</param>
/// <param name="Since">Never look before this; null for no bound. The baseline is measured over the same span.</param>
/// <param name="NeedsSamples">Look back further than <paramref name="Window"/> (but not before <paramref name="Since"/>) until this many samples are in; 0 for never.</param>
/// <param name="NeedsCovered">Likewise until this much time is covered: a gap pauses a window, it does not spoil it.</param>
/// <param name="Newest">Also ask what the newest instant says by itself.</param>
public sealed record Question(
    string Name, string Metric, Variant Variant, Traffic Traffic, string? Segment, TimeSpan Window, DateTimeOffset? Since, long NeedsSamples = 0,
    TimeSpan NeedsCovered = default, bool Newest = false)
{
    /// <summary>Also ask when a sample last carried the metric.</summary>
    public bool Heard { get; init; }

    /// <summary>Also ask for the longest time without one since then; null for not.</summary>
    public DateTimeOffset? GapSince { get; init; }

    /// <summary>Also ask whether samples tell of time without requests.</summary>
    public bool Quiet { get; init; }

    /// <summary>Also compare with legacy by a sequential test of this error rate; null for not.</summary>
    public double? Alpha { get; init; }

    /// <summary>What legacy is multiplied by in that test.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>How many requests tell that test as much as one, because they go together.</summary>
    public double DesignEffect { get; init; } = 1;

    /// <summary>Look back further than <see cref="NeedsSamples"/>, too, until this is shown or <see cref="Since"/> is reached; null for not.</summary>
    public Claim? Claim { get; init; }
}

/// <summary>What a rollout asks its windows in a round.</summary>
/// <param name="Variant">The variant whose silence matters.</param>
/// <param name="Traffic">The traffic of it that matters in this phase.</param>
/// <param name="StepSince">Start of the step: whether the variant was exercised counts from here.</param>
/// <param name="Questions">All questions.</param>
/// <param name="Segments">Segments of which it matters whether samples tell them apart; null for none.</param>
public sealed record Inquiry(Variant Variant, Traffic Traffic, DateTimeOffset StepSince, Question[] Questions, string[]? Segments = null)
{
    /// <summary>Hash of the plan whose metrics the questions name; null for whichever the windows know.</summary>
    public string? Plan { get; init; }
}
