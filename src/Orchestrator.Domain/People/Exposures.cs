using System.Collections.Immutable;
using System.Globalization;

namespace Orchestrator.Domain.People;

/// <summary>A stay in a phase.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="From">Begin, UTC.</param>
/// <param name="Until">End; null while it lasts.</param>
public sealed record PhaseTime(string Phase, DateTimeOffset From, DateTimeOffset? Until);

/// <summary>A fault that was undone.</summary>
/// <param name="At">Time of the rollback, UTC.</param>
/// <param name="Trigger">Trigger that saw it; null when a person rolled back.</param>
/// <param name="Since">Begin on sample time; null where no trigger says it.</param>
/// <param name="Segments">Segments that were taken back; none for everyone.</param>
/// <param name="Seen">Count of the rollback's own time, in its event; null where none was made.</param>
public sealed record FaultTime(
    DateTimeOffset At, string? Trigger, DateTimeOffset? Since, ImmutableArray<string> Segments, SeenPeople? Seen = null);

/// <summary>People who may have seen a fault, counted when it was undone.</summary>
/// <param name="AtMost">Different users on new in the hours of the fault; of a segment that was taken back its own.</param>
/// <param name="From">Begin of the first hour, UTC.</param>
/// <param name="To">End of the last hour, UTC.</param>
public sealed record SeenPeople(long AtMost, DateTimeOffset From, DateTimeOffset To);

/// <summary>
/// Exposure from counted hours and the history of phases. A number is counted, or it is absent with its reason: an hour without any counted
/// user, or without room for all users, is not counted, and never 0.
/// </summary>
public static class Exposures
{
    /// <summary>The exposure; null where neither an hour nor a fault was counted.</summary>
    /// <param name="tally">Counts of the rollout; null where there are none.</param>
    /// <param name="phases">Stays in phases, oldest first.</param>
    /// <param name="faults">Faults, oldest first.</param>
    /// <param name="now">The moment of the view.</param>
    public static Exposure? Of(PeopleTally? tally, IReadOnlyList<PhaseTime> phases, IEnumerable<FaultTime> faults, DateTimeOffset now)
    {
        var hours = tally is null ? [] : tally.ByHour().Where(IsCounted).ToArray();
        FaultExposure[] undone = [.. faults.Select(fault => Of(tally, fault))];
        return hours.Length == 0 && undone.All(fault => fault.People is null) ? null : new Exposure(
            [.. phases.Select((phase, i) => Of(hours, phases, i, now))], [.. undone], hours.Length == 0 ? null : hours[0].From,
            $"Users are counted by the hour, with an error of 2 %, for the last {PeopleTally.Hours} hours. A user-hour is a user who was on new at least once in an hour.");
    }

    /// <summary>
    /// People on new in the hours of a fault, for its event. Waits for nothing: null where they are not counted at hand.
    /// </summary>
    /// <param name="tally">Counts of the rollout.</param>
    /// <param name="since">Begin of the fault.</param>
    /// <param name="at">Time of the rollback.</param>
    /// <param name="segments">Segments that are taken back; none for everyone.</param>
    public static SeenPeople? Seen(PeopleTally tally, DateTimeOffset since, DateTimeOffset at, IReadOnlyList<string> segments)
    {
        var (first, last) = (PeopleTally.HourOf(since < at ? since : at), PeopleTally.HourOf(at));
        return segments.Count <= 1 && tally.TryOver(first, last, null) is { Total: > 0 } all
            && (segments.Count == 0 ? all : tally.TryOver(first, last, segments[0])) is { } numbers
            ? new SeenPeople(numbers.New, Begin(first), Begin(last + 1))
            : null;
    }

    /// <summary>People on new while a fault lasted.</summary>
    /// <param name="tally">Counts of the rollout; null where there are none.</param>
    /// <param name="fault">The fault.</param>
    public static FaultExposure Of(PeopleTally? tally, FaultTime fault)
    {
        FaultExposure None(string reason) => fault.Seen is { } seen && fault.Since is { } began
            ? Counted(fault, began, seen.AtMost, seen.From, seen.To)
            : new(fault.At, fault.Trigger, fault.Segments, fault.Since, null, null, null, $"Not counted: {reason}.");
        if (fault.Since is not { } since)
        {
            return None("a person rolled back, and no trigger says since when the fault lasted");
        }

        if (tally is null)
        {
            return None("the rollout does not decide its flag, and its event has no count");
        }

        var from = since < fault.At ? since : fault.At;
        if (tally.Over(PeopleTally.HourOf(from), PeopleTally.HourOf(fault.At)) is not { } window)
        {
            return None($"counts are kept for {PeopleTally.Hours} hours since counting began on this node, and the fault is older");
        }

        if (!IsCounted(window))
        {
            return None(window.Refused ? "not all users could be counted" : "no evaluation with a targeting key was counted in its hours");
        }

        if (fault.Segments.Length > 1)
        {
            return None("users of several segments are counted for each segment alone");
        }

        if (fault.Segments is [var segment] && window.BySegment.All(one => one.Segment != segment))
        {
            return None($"users of segment {segment} are not counted apart");
        }

        var people = fault.Segments is [var only] ? window.BySegment.First(one => one.Segment == only).Users.New : window.All.New;
        return Counted(fault, since, people, window.From, window.To);
    }

    private static FaultExposure Counted(FaultTime fault, DateTimeOffset since, long people, DateTimeOffset from, DateTimeOffset to) => new(
        fault.At, fault.Trigger, fault.Segments, since, people, from, to,
        $"At most {Count(people)} people were on new between {Time(from)} and {Time(to)}; the fault lasted from {Time(since)} to {Time(fault.At)}.");

    private static DateTimeOffset Begin(long hour) => new(hour * TimeSpan.TicksPerHour, TimeSpan.Zero);

    private static PhaseExposure Of(PeopleWindow[] hours, IReadOnlyList<PhaseTime> phases, int index, DateTimeOffset now)
    {
        var phase = phases[index];
        var (first, last) = (PeopleTally.HourOf(phase.From), Last(phase, now));

        // An hour of two phases belongs to the later one.
        var next = index + 1 < phases.Count ? PeopleTally.HourOf(phases[index + 1].From) : long.MaxValue;
        last = Math.Min(last, next - 1);
        var length = Math.Max(0, last - first + 1);
        var counted = hours.Where(hour => hour.First >= first && hour.First <= last).ToArray();
        var shared = index > 0 && Last(phases[index - 1], now) >= first && counted.Any(hour => hour.First == first) ? 1 : 0;
        if (counted.Length == 0)
        {
            var reason = length == 0 ? "all of it lies in the first hour of the next phase, where its users count"
                : $"counts are kept for {PeopleTally.Hours} hours, and this node has none of its hours";
            return new PhaseExposure(phase.Phase, phase.From, phase.Until, null, [], length, 0, 0, $"Not counted: {reason}.");
        }

        var sum = counted.Sum(hour => hour.All.New);
        return new PhaseExposure(
            phase.Phase, phase.From, phase.Until, sum,
            [
                .. counted.SelectMany(hour => hour.BySegment).GroupBy(one => one.Segment, StringComparer.Ordinal)
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => new SegmentExposure(group.Key, group.Sum(one => one.Users.New))),
            ],
            length, counted.Length, shared,
            $"{Count(sum)} user-hours on new, counted in {Count(counted.Length)} of {Count(length)} hours.");
    }

    private static long Last(PhaseTime phase, DateTimeOffset now)
    {
        var end = phase.Until ?? now;
        return PeopleTally.HourOf(end > phase.From ? end.AddTicks(-1) : phase.From);
    }

    private static bool IsCounted(PeopleWindow window) => window is { Refused: false, All.Total: > 0 };

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
