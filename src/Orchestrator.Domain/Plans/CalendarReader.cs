using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Plans;

/// <summary>Reads <c>calendar</c>: the hours in which steps may end and the days on which nothing advances.</summary>
internal static class CalendarReader
{
    private static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static Calendar? Read(Field field)
    {
        if (field.Mapping(PlanKeys.Calendar) is not { } mapping)
        {
            return null;
        }

        var zoneName = mapping["timeZone"] is { } z ? z.Text() : "UTC";
        TimeZoneInfo? zone = null;
        if (zoneName is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out zone))
        {
            mapping["timeZone"]!.Error($"unknown time zone '{Field.Short(zoneName)}'; use an IANA name such as Europe/Berlin");
        }

        ImmutableArray<ChangeWindow> windows = [.. mapping.Items("changeWindows").Select(Window).OfType<ChangeWindow>()];
        var freezes = PeopleReader.Listed(
            mapping.Items("freezes"), PlanKeys.Freeze, "freeze", (freeze, name) => Freeze(freeze, name, zone ?? TimeZoneInfo.Utc));
        return new Calendar(zoneName ?? "UTC", windows, freezes);
    }

    private static ChangeWindow? Window(Field field)
    {
        if (field.Mapping(PlanKeys.ChangeWindow) is not { } mapping)
        {
            return null;
        }

        var days = mapping.Require("days") is { } d ? Days(d) : [];
        var from = mapping.Require("from") is { } f ? Time(f) : null;
        var to = mapping.Require("to") is { } t ? Time(t) : null;
        if (from is { } opens && to is { } closes && opens >= closes)
        {
            mapping["to"]!.Error(
                $"the window closes at {mapping["to"]!.Shown}, which is not after it opens at {mapping["from"]!.Shown}; write a window past midnight as two windows");
        }

        return from is null || to is null || days.IsEmpty ? null : new ChangeWindow(days, from.Value, to.Value);
    }

    private static ImmutableArray<DayOfWeek> Days(Field field)
    {
        var found = new SortedSet<DayOfWeek>();
        var items = field.Items();
        foreach (var item in items)
        {
            // "mon-fri" or one day.
            var ends = item.Node is Node.Scalar { Type: ScalarType.Text } scalar ? scalar.Text.Split('-') : [];
            var first = ends.Length is 1 or 2 ? Array.IndexOf(DayNames, ends[0]) : -1;
            var last = ends.Length is 1 or 2 ? Array.IndexOf(DayNames, ends[^1]) : -1;
            if (first < 0 || last < 0)
            {
                item.Error($"unknown day {item.Shown} (known: mon, tue, wed, thu, fri, sat, sun, and ranges such as mon-fri)");
                continue;
            }

            for (var day = first; ; day = (day + 1) % 7)
            {
                found.Add((DayOfWeek)day);
                if (day == last)
                {
                    break;
                }
            }
        }

        if (items.IsEmpty && field.Node is Node.Sequence)
        {
            field.Error("must name at least one day");
        }

        return [.. found];
    }

    private static TimeOnly? Time(Field field)
    {
        if (field.Node is Node.Scalar { Type: ScalarType.Text } scalar)
        {
            if (scalar.Text == "24:00")
            {
                return TimeOnly.MaxValue;
            }

            if (TimeOnly.TryParseExact(scalar.Text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            {
                return time;
            }
        }

        field.Error($"must be a time of day such as \"09:00\", but is {field.Described}");
        return null;
    }

    private static Freeze? Freeze(MappingReader mapping, string name, TimeZoneInfo zone)
    {
        var from = mapping.Require("from") is { } f ? Instant(f, zone, endOfDay: false) : null;
        var to = mapping.Require("to") is { } t ? Instant(t, zone, endOfDay: true) : null;
        if (from is { } start && to is { } end && start >= end)
        {
            mapping["to"]!.Error($"the freeze ends at {mapping["to"]!.Shown}, which is not after it begins at {mapping["from"]!.Shown}");
        }

        return from is null || to is null ? null : new Freeze(name, from.Value, to.Value);
    }

    /// <summary>An instant, or a whole day in the calendar's zone: its beginning; for an end, the beginning of the next day.</summary>
    private static DateTimeOffset? Instant(Field field, TimeZoneInfo zone, bool endOfDay)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is > 1970 and < 9000)
        {
            var local = (endOfDay ? day.AddDays(1) : day).ToDateTime(TimeOnly.MinValue);
            // A zone that skips midnight on that day begins it an hour later.
            local = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
            return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        }

        if (DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mmK"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant))
        {
            return instant;
        }

        field.Error($"must be a day such as 2026-12-24 or an instant such as 2026-12-24T18:00:00Z, but is {field.Shown}");
        return null;
    }
}
