using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts;

/// <summary>When a step may end by the plan's change windows and freezes, in the plan's time zone.</summary>
public static class CalendarGate
{
    /// <summary>True outside every freeze and, where there are change windows, inside one. A window that ends before it begins goes past midnight.</summary>
    public static bool IsOpen(Calendar? calendar, DateTimeOffset now)
    {
        if (calendar is null)
        {
            return true;
        }

        if (calendar.Freezes.Any(f => now >= f.From && now < f.To))
        {
            return false;
        }

        if (calendar.Windows.IsEmpty)
        {
            return true;
        }

        var local = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(calendar.TimeZone));
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        return calendar.Windows.Any(w => w.From < w.To
            ? w.Days.Contains(local.DayOfWeek) && time >= w.From && time < w.To
            : (w.Days.Contains(local.DayOfWeek) && time >= w.From) || (w.Days.Contains(local.AddDays(-1).DayOfWeek) && time < w.To));
    }
}
