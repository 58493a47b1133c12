using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts.Steps;

/// <summary>
/// Times in which a step may end, by the plan's change windows and freezes. Windows are wall-clock times of the plan's zone: an hour that
/// daylight saving skips never opens, one that it repeats opens twice.
/// </summary>
public static class CalendarGate
{
    /// <summary>Windows repeat every week; a day more for the edges.</summary>
    private const int DaysAhead = 8;

    /// <summary>
    /// True outside every freeze and, where there are change windows, inside one. A window that ends before it begins runs past midnight.
    /// </summary>
    public static bool IsOpen(Calendar? calendar, DateTimeOffset now)
    {
        if (calendar is null)
        {
            return true;
        }

        return !calendar.Freezes.Any(f => now >= f.From && now < f.To) && InWindow(calendar, now);
    }

    /// <summary>True inside a change window, whatever is frozen, and where there are no windows.</summary>
    public static bool InWindow(Calendar calendar, DateTimeOffset now)
    {
        if (calendar.Windows.IsEmpty)
        {
            return true;
        }

        var local = TimeZoneInfo.ConvertTime(now, Zone(calendar));
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        return calendar.Windows.Any(w => w.From < w.To
            ? w.Days.Contains(local.DayOfWeek) && time >= w.From && (time < w.To || w.To == TimeOnly.MaxValue)
            : (w.Days.Contains(local.DayOfWeek) && time >= w.From) || (w.Days.Contains(local.AddDays(-1).DayOfWeek) && time < w.To));
    }

    /// <summary>Text of why it is closed, and until when; null when it is open.</summary>
    public static string? Closed(Calendar? calendar, DateTimeOffset now)
    {
        if (calendar is null || IsOpen(calendar, now))
        {
            return null;
        }

        var freeze = calendar.Freezes.FirstOrDefault(f => now >= f.From && now < f.To);
        var what = freeze is null ? "outside the plan's change windows" : $"in the freeze '{freeze.Name}'";
        return NextOpening(calendar, now) is { } opens ? $"{what}, which open{(freeze is null ? "" : "s")} at {opens.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}" : what;
    }

    /// <summary>Time of the next opening; null when it is open, or when none is found ahead.</summary>
    public static DateTimeOffset? NextOpening(Calendar calendar, DateTimeOffset now)
    {
        if (IsOpen(calendar, now))
        {
            return null;
        }

        // A freeze may be longer than the search, so the search begins again at the end of each one.
        foreach (var start in calendar.Freezes.Select(f => f.To).Where(end => end > now).Prepend(now).Order())
        {
            if (start > now && IsOpen(calendar, start))
            {
                return start;
            }

            DateTimeOffset? first = null;
            foreach (var change in Changes(calendar, start, window => window.From))
            {
                if (change > start && (first is null || change < first) && IsOpen(calendar, change))
                {
                    first = change;
                }
            }

            if (first is not null)
            {
                return first;
            }
        }

        return null;
    }

    /// <summary>Time at which it closes, a change window or a freeze; null when it is closed, or no closing is found ahead.</summary>
    public static DateTimeOffset? NextClosing(Calendar calendar, DateTimeOffset now)
    {
        if (!IsOpen(calendar, now))
        {
            return null;
        }

        DateTimeOffset? first = null;
        foreach (var change in Changes(calendar, now, window => window.To).Concat(calendar.Freezes.Select(freeze => freeze.From)))
        {
            if (change > now && (first is null || change < first) && !IsOpen(calendar, change))
            {
                first = change;
            }
        }

        return first;
    }

    /// <summary>
    /// Instants in the days after <paramref name="start"/> at which a window can begin or end: its time of day, midnight, and where the
    /// clocks change.
    /// </summary>
    private static IEnumerable<DateTimeOffset> Changes(Calendar calendar, DateTimeOffset start, Func<ChangeWindow, TimeOnly> edge)
    {
        var zone = Zone(calendar);
        var today = TimeZoneInfo.ConvertTime(start, zone).Date;
        for (var day = 0; day <= DaysAhead; day++)
        {
            foreach (var local in calendar.Windows.Select(w => today.AddDays(day) + edge(w).ToTimeSpan()).Append(today.AddDays(day)))
            {
                // Both instants of a repeated time; of a skipped one, the instant at which it is skipped is a change of the clocks.
                foreach (var offset in zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local) : [zone.GetUtcOffset(local)])
                {
                    yield return new DateTimeOffset(local, offset).ToUniversalTime();
                }
            }
        }

        for (var hour = 0; hour < DaysAhead * 24; hour++)
        {
            var (before, after) = (start.ToUniversalTime().AddHours(hour), start.ToUniversalTime().AddHours(hour + 1));
            if (zone.GetUtcOffset(before) != zone.GetUtcOffset(after))
            {
                yield return ClockChange(zone, before, after);
            }
        }
    }

    private static DateTimeOffset ClockChange(TimeZoneInfo zone, DateTimeOffset before, DateTimeOffset after)
    {
        var old = zone.GetUtcOffset(before);
        while (after - before > TimeSpan.FromTicks(1))
        {
            var middle = before + ((after - before) / 2);
            (before, after) = zone.GetUtcOffset(middle) == old ? (middle, after) : (before, middle);
        }

        return after;
    }

    private static TimeZoneInfo Zone(Calendar calendar) => TimeZoneInfo.FindSystemTimeZoneById(calendar.TimeZone);
}
