namespace Orchestrator.Dashboard.Charts;

/// <summary>Values over time, as a page gives them to <see cref="LineChart"/>.</summary>
/// <param name="Title">Name of the metric: <c>Error rate</c>.</param>
/// <param name="From">Left edge, UTC.</param>
/// <param name="To">Right edge, UTC; the present in a live chart.</param>
/// <param name="Series">Lines, at most six.</param>
public sealed record Chart(string Title, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<Series> Series)
{
    /// <summary>Unit of the values: <c>%</c>, <c>ms</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>Line that must not be passed.</summary>
    public Limit? Limit { get; init; }

    /// <summary>Range where the values should be.</summary>
    public Band? Target { get; init; }

    /// <summary>Value that the limit compares with.</summary>
    public Limit? Baseline { get; init; }

    /// <summary>Things that happened.</summary>
    public IReadOnlyList<Mark> Marks { get; init; } = [];

    /// <summary>Times without samples, as the API names them.</summary>
    public IReadOnlyList<Gap> Gaps { get; init; } = [];

    /// <summary>Time from one sample to the next; a longer pause is a gap. Null when it is unknown.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>True when the right edge is the present: a late sample is marked there.</summary>
    public bool Live { get; init; }

    /// <summary>False for values that never come near zero, as memory.</summary>
    public bool FromZero { get; init; } = true;

    /// <summary>Sentence that says what the chart shows; without it one is made of the last values.</summary>
    public string? Sentence { get; init; }
}

/// <summary>A line.</summary>
/// <param name="Name">Name: <c>new</c>, <c>legacy</c>.</param>
/// <param name="Kind">Its pattern.</param>
/// <param name="Points">Values by time; a point without a value ends the line.</param>
public sealed record Series(string Name, SeriesKind Kind, IReadOnlyList<Point> Points);

/// <summary>Pattern of a line. The pattern tells lines apart, not the colour.</summary>
public enum SeriesKind
{
    /// <summary>Solid.</summary>
    New,

    /// <summary>Dashed.</summary>
    Legacy,

    /// <summary>Dotted.</summary>
    Other,
}

/// <summary>A measured value.</summary>
/// <param name="At">Time, UTC.</param>
/// <param name="Value">The value; null when nothing was measured.</param>
/// <param name="Samples">Number of samples behind it, if counted.</param>
public sealed record Point(DateTimeOffset At, double? Value, long? Samples = null);

/// <summary>A line at one value.</summary>
/// <param name="Value">The value.</param>
/// <param name="Text">Its meaning: <c>rolls back above 0.5 % for 5 min</c>.</param>
public sealed record Limit(double Value, string Text);

/// <summary>A range of values; an end that is null is open.</summary>
/// <param name="From">Lower end.</param>
/// <param name="To">Upper end.</param>
/// <param name="Text">Its meaning: <c>target below 0.1 %</c>.</param>
public sealed record Band(double? From, double? To, string Text);

/// <summary>Something that happened.</summary>
/// <param name="At">Time, UTC.</param>
/// <param name="Text">In few words: <c>25 % started</c>.</param>
/// <param name="Bad">True for a breach, a rollback, an incident.</param>
public sealed record Mark(DateTimeOffset At, string Text, bool Bad = false);

/// <summary>A time without samples.</summary>
/// <param name="From">Last sample before it.</param>
/// <param name="To">First sample after it.</param>
public sealed record Gap(DateTimeOffset From, DateTimeOffset To);
