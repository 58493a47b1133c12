using System.Globalization;

namespace Orchestrator.Cli.Watch.Tree;

/// <summary>Short texts of moments and durations. Moments are in UTC, as in the sentences of the server.</summary>
internal static class Moments
{
    /// <summary>A moment farther away has its year.</summary>
    private static readonly TimeSpan Year = TimeSpan.FromDays(183);

    /// <summary><c>14:03:00</c> on the same day, <c>24 Nov 14:03</c> within half a year, <c>24 Nov 2025</c> beyond.</summary>
    public static string Text(DateTimeOffset at, DateTimeOffset now)
    {
        var (then, today) = (at.UtcDateTime, now.UtcDateTime);
        var format = then.Date == today.Date ? "HH:mm:ss" : (then - today).Duration() < Year ? "d MMM HH:mm" : "d MMM yyyy";
        return then.ToString(format, CultureInfo.InvariantCulture);
    }

    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>
    /// <c>12s</c>, <c>4m10s</c>, <c>3h12m</c>, <c>5d4h</c>, <c>17d</c>. Cut, never rounded up: five days to go are not six.
    /// </summary>
    public static string Span(TimeSpan span) => span switch
    {
        { Ticks: < TimeSpan.TicksPerSecond } => "0s",
        { Ticks: < TimeSpan.TicksPerMinute } => $"{span.Seconds}s",
        { Ticks: < TimeSpan.TicksPerHour } => Two(span.Minutes, "m", span.Seconds, "s"),
        { Ticks: < TimeSpan.TicksPerDay } => Two(span.Hours, "h", span.Minutes, "m"),
        { Days: < 10 } => Two(span.Days, "d", span.Hours, "h"),
        _ => span.Days.ToString(CultureInfo.InvariantCulture) + "d",
    };

    /// <summary><c>in 5d4h</c>, or <c>due</c>.</summary>
    public static string Ahead(DateTimeOffset at, DateTimeOffset now) => at > now ? "in " + Span(at - now) : "due";

    private static string Two(int large, string largeUnit, int small, string smallUnit) =>
        small == 0 ? $"{large}{largeUnit}" : $"{large}{largeUnit}{small}{smallUnit}";
}
