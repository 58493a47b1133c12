using System.Collections.Immutable;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans.Checks;

/// <summary>
/// Compares the longest duration of each phase with the change windows, the only times in which a step ends. Counted in minutes of a week
/// without freezes and without a change of the clocks.
/// </summary>
internal static class CalendarCheck
{
    private const int Week = 7 * 24 * 60;

    /// <summary>Warns about each phase whose steps cannot all end in its longest duration, at whatever open minute it starts.</summary>
    public static void Phases(Field phases, ImmutableArray<Phase> read, Calendar calendar)
    {
        var items = phases.Items();
        if (calendar.Windows.IsEmpty || items.Length != read.Length)
        {
            return;
        }

        var closed = MinutesClosed(calendar.Windows);
        foreach (var (field, phase) in items.Zip(read).Where(one => one.Second.Duration is not null && !one.Second.Steps.IsEmpty))
        {
            var shortest = Enumerable.Range(0, Week).Where(start => closed[start] == 0).Min(start => Length(phase, start, closed));
            if (TimeSpan.FromMinutes(shortest) > phase.Duration!.Max)
            {
                field.Warn(
                    $"the phase '{phase.Name}' lasts at least {Durations.Rounded(TimeSpan.FromMinutes(shortest))}, because its steps end in change windows only; "
                    + $"its longest duration is {Durations.Format(phase.Duration.Max)}");
            }
        }
    }

    /// <summary>Minutes from the start to the end of the last step, each of which waits for the next open minute.</summary>
    private static long Length(Phase phase, int start, int[] closed) => phase.Steps.Aggregate(0L, (passed, step) =>
    {
        var held = passed + (long)Math.Ceiling(step.Hold.TotalMinutes);
        return held + closed[(start + held) % Week];
    });

    /// <summary>For each minute of the week, the minutes until one that is open.</summary>
    private static int[] MinutesClosed(ImmutableArray<ChangeWindow> windows)
    {
        var open = new bool[Week];
        foreach (var window in windows)
        {
            var (from, to) = (Minute(window.From), window.To == TimeOnly.MaxValue ? 24 * 60 : Minute(window.To));
            foreach (var day in window.Days)
            {
                Array.Fill(open, true, ((int)day * 24 * 60) + from, to - from);
            }
        }

        var closed = new int[Week];
        var next = Array.IndexOf(open, true) + Week;
        for (var minute = Week - 1; minute >= 0; minute--)
        {
            next = open[minute] ? minute : next;
            closed[minute] = next - minute;
        }

        return closed;
    }

    private static int Minute(TimeOnly time) => (time.Hour * 60) + time.Minute;
}
