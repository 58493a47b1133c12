namespace Orchestrator.Dashboard.Words;

/// <summary>Texts of durations: two units at most, the second only where it adds something.</summary>
public static class Durations
{
    /// <summary>
    /// <c>12 ms</c>, <c>4.2 s</c>, <c>45 s</c>, <c>3 min 40 s</c>, <c>3 h 12 min</c>, <c>5 days 4 h</c>, <c>17 days</c>. It is cut, never
    /// rounded up: five days to go are not six. A negative one begins with a minus.
    /// </summary>
    public static string Text(TimeSpan span)
    {
        // The most negative duration has no positive one.
        var text = Positive(span == TimeSpan.MinValue ? TimeSpan.MaxValue : span.Duration());
        return span < TimeSpan.Zero && text != "0 s" ? "−" + text : text;
    }

    private static string Positive(TimeSpan span) => span switch
    {
        { Ticks: 0 } => "0 s",
        { Ticks: < TimeSpan.TicksPerMillisecond } => "below 1 ms",
        { Ticks: < TimeSpan.TicksPerSecond } => $"{span.Milliseconds} ms",
        { Ticks: < 10 * TimeSpan.TicksPerSecond } when span.Milliseconds >= 100 => $"{span.Seconds}.{span.Milliseconds / 100} s",
        { Ticks: < TimeSpan.TicksPerMinute } => $"{span.Seconds} s",
        { Ticks: < TimeSpan.TicksPerHour } => Two(span.Minutes, "min", span.Seconds, "s"),
        { Ticks: < TimeSpan.TicksPerDay } => Two(span.Hours, "h", span.Minutes, "min"),
        { Days: < 7 } => Two(span.Days, span.Days == 1 ? "day" : "days", span.Hours, "h"),
        _ => $"{Numbers.Count(span.Days)} days",
    };

    private static string Two(int large, string largeUnit, int small, string smallUnit) =>
        small == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";
}
