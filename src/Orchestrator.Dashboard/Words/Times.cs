namespace Orchestrator.Dashboard.Words;

/// <summary>Texts of moments, in the viewer's zone.</summary>
public static class Times
{
    /// <summary>A moment is also said relatively while it is nearer than this: "2 weeks ago" says less than its date.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromHours(1);

    /// <summary>The absolute time, and beside it the relative one below one hour: <c>03:12:40, 2 min ago</c>.</summary>
    public static string Text(DateTimeOffset at, Viewer viewer) =>
        Ago(at, viewer.Now) is { } ago ? $"{Absolute(at, viewer)}, {ago}" : Absolute(at, viewer);

    /// <summary>
    /// Absolute time as short as it is unmistakable: <c>03:12:40</c> today, <c>Tue 24 Nov 14:03</c> within half a year of now,
    /// <c>24 Nov 2025 14:03</c> beyond.
    /// </summary>
    public static string Absolute(DateTimeOffset at, Viewer viewer)
    {
        var (local, now) = (viewer.Local(at), viewer.Local(viewer.Now));
        return local.Date == now.Date || (at - viewer.Now).Duration() < Near ? Format(local, "HH:mm:ss")
            : (at - viewer.Now).Duration() < TimeSpan.FromDays(183) ? Format(local, "ddd d MMM HH:mm")
            : Format(local, "d MMM yyyy HH:mm");
    }

    /// <summary>Date and time to the second: <c>Tue 24 Nov 2026 14:03:00</c>.</summary>
    public static string Full(DateTimeOffset at, Viewer viewer) => Format(viewer.Local(at), "ddd d MMM yyyy HH:mm:ss");

    /// <summary>Time of day: <c>03:12:40</c>.</summary>
    public static string Clock(DateTimeOffset at, Viewer viewer) => Format(viewer.Local(at), "HH:mm:ss");

    /// <summary>Date: <c>Tue 24 Nov</c>.</summary>
    public static string Day(DateTimeOffset at, Viewer viewer) => Format(viewer.Local(at), "ddd d MMM");

    /// <summary>The moment in UTC, for the title of a time: <c>2026-11-24 13:03:00 UTC</c>.</summary>
    public static string Utc(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", Viewer.Culture);

    /// <summary>The moment for the attribute <c>datetime</c>: <c>2026-11-24T13:03:00.123Z</c>.</summary>
    public static string Machine(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", Viewer.Culture);

    /// <summary>Relative time, <c>2 min ago</c> or <c>in 3 min</c>; null from one hour on. The script writes the same words.</summary>
    public static string? Ago(DateTimeOffset at, DateTimeOffset now)
    {
        var gone = now - at;
        return gone.Duration() >= Near ? null
            : gone.Duration() < TimeSpan.FromSeconds(1) ? "now"
            : gone > TimeSpan.Zero ? $"{Short(gone)} ago"
            : $"in {Short(-gone)}";
    }

    private static string Short(TimeSpan span) =>
        span < TimeSpan.FromMinutes(1) ? $"{(int)span.TotalSeconds} s" : $"{(int)span.TotalMinutes} min";

    private static string Format(DateTimeOffset local, string format) => local.ToString(format, Viewer.Culture);
}
