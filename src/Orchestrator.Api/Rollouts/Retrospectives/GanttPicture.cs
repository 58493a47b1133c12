using System.Globalization;
using System.Text;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>Planned times in grey, actual ones below them. Places are percents, so that it fits a phone and a sheet of paper.</summary>
internal static class GanttPicture
{
    /// <summary>Bars beyond are counted, not drawn: a rollout may go back and forth without end.</summary>
    private const int MostBars = 400;

    /// <summary>Characters of a name that fit a phone.</summary>
    private const int LongestName = 30;

    private const int Top = 22;
    private const int Step = 44;
    private const int WantedTicks = 5;

    /// <summary>Distances of ticks, in days; less than a day is in hours and minutes.</summary>
    private static readonly TimeSpan[] Ticks =
    [
        .. new[] { 1, 5, 15, 30 }.Select(minutes => TimeSpan.FromMinutes(minutes)), .. new[] { 1, 3, 6, 12 }.Select(hours =>
            TimeSpan.FromHours(hours)),
        .. new[] { 1, 2, 7, 14, 28, 91, 182 }.Select(days => TimeSpan.FromDays(days)),
    ];

    /// <summary>The same in a table.</summary>
    public static Block.Table Table(Block.Gantt gantt) => new(
        ["Step", "Planned", "Actual", "Against the plan"],
        [.. gantt.Rows.Select(row => (string[])
        [
            row.Name, Span(row.PlannedFrom, row.PlannedTo), row.Visits.Count == 0 ? "not reached" : Span(row.Visits[0].From,
                row.Visits[^1].To) + Times(row),
            Compared(row, gantt.Until),
        ])]);

    public static void Write(StringBuilder page, Block.Gantt gantt)
    {
        DateTimeOffset[] times =
        [
            .. gantt.Rows.SelectMany(row => row.Visits.Select(visit => visit.From).Concat(((DateTimeOffset?[])[row.PlannedFrom,
                row.PlannedTo]).OfType<DateTimeOffset>())),
            .. gantt.Rows.SelectMany(row => row.Visits).Select(visit => visit.To ?? gantt.Until),
        ];
        var (from, to) = (times.Min(), times.Max());
        to = to > from ? to : from.AddMinutes(1);
        var height = Top + (gantt.Rows.Count * Step);
        page.Append(CultureInfo.InvariantCulture, $"<figure>\n<svg role=\"img\" width=\"100%\" height=\"{height}\" aria-label=\"{HtmlPage.Encode(gantt.Title)}\">\n");
        foreach (var (at, text) in Axis(from, to))
        {
            page.Append($"<line x1=\"{Place(at)}\" x2=\"{Place(at)}\" y1=\"{Top - 4}\" y2=\"{height}\"/><text x=\"{Place(at)}\" dx=\"3\" y=\"12\">{text}</text>\n");
        }

        var bars = 0;
        foreach (var (row, index) in gantt.Rows.Select((row, index) => (row, index)))
        {
            bars = Write(page, gantt, row, Top + (index * Step), bars);
        }

        foreach (var mark in gantt.Marks.Take(MostBars))
        {
            page.Append($"<line class=\"back\" x1=\"{Place(mark)}\" x2=\"{Place(mark)}\" y1=\"{Top - 4}\" y2=\"{height}\"><title>Rollback {Moment(mark)}</title></line>\n");
        }

        page.Append("</svg>\n<figcaption>Grey: planned, the shortest times of the plan. Blue: as it happened; red where users were taken back.")
            .Append(gantt.Marks.Count > 0 ? " Dashed: rollbacks." : "").Append(" Times in UTC.")
            .Append(bars > MostBars ? $" {bars - MostBars} visits of steps are not drawn." : "").Append("</figcaption>\n</figure>\n");

        int Write(StringBuilder into, Block.Gantt whole, GanttLine line, int y, int drawn)
        {
            into.Append($"<text x=\"0\" y=\"{y + 13}\">{HtmlPage.Encode(Short(line.Name))}</text>");
            into.Append($"<text x=\"100%\" y=\"{y + 13}\" text-anchor=\"end\">{HtmlPage.Encode(Took(line, whole.Until))}</text>\n");
            if (line is { PlannedFrom: { } planned, PlannedTo: { } until })
            {
                into.Append($"<rect class=\"plan\" x=\"{Place(planned)}\" width=\"{Width(planned, until)}\" y=\"{y + 18}\" height=\"7\" rx=\"2\"/>\n");
            }

            foreach (var visit in line.Visits)
            {
                if (++drawn <= MostBars)
                {
                    into.Append($"<rect class=\"{(visit.Bad ? "bad" : "did")}\" x=\"{Place(visit.From)}\" width=\"{Width(visit.From, visit.To ?? whole.Until)}\" y=\"{y + 26}\" height=\"10\" rx=\"2\"/>\n");
                }
            }

            return drawn;
        }

        string Place(DateTimeOffset at) => Percent((at - from) / (to - from));

        string Width(DateTimeOffset begin, DateTimeOffset end) => Percent(Math.Max((end - begin) / (to - from), 0.004));
    }

    private static string Took(GanttLine row, DateTimeOffset until) => row.Visits.Count == 0 ? "not reached"
        : Durations.Readable(Lasted(row, until)) + (row is { PlannedFrom: { } from, PlannedTo: { } to } ? $" (planned {Durations.Readable(to - from)})" : "");

    private static TimeSpan Lasted(GanttLine row, DateTimeOffset until) =>
        TimeSpan.FromTicks(row.Visits.Sum(visit => ((visit.To ?? until) - visit.From).Ticks));

    private static string Times(GanttLine row) =>
        (row.Visits.Count > 1 ? $", {row.Visits.Count} visits" : "") + (row.Visits[^1] is { To: null } ? ", current" : $", {row.Visits[^1].Ended}");

    private static string Compared(GanttLine row, DateTimeOffset until)
    {
        if (row.Visits.Count == 0 || row is not { PlannedFrom: { } from, PlannedTo: { } to })
        {
            return "–";
        }

        var more = Lasted(row, until) - (to - from);
        return more.Duration() < TimeSpan.FromSeconds(1) ? "as planned" : $"{Durations.Readable(more.Duration())} {(more > TimeSpan.Zero ? "longer" : "shorter")}";
    }

    /// <summary>Round times of UTC.</summary>
    private static IEnumerable<(DateTimeOffset At, string Text)> Axis(DateTimeOffset from, DateTimeOffset to)
    {
        var step = Array.Find(Ticks, one => one * WantedTicks >= to - from);
        step = step == default ? TimeSpan.FromDays(364 * Math.Ceiling((to - from) / TimeSpan.FromDays(364 * WantedTicks))) : step;
        for (var at = new DateTimeOffset(((from.UtcTicks / step.Ticks) + 1) * step.Ticks, TimeSpan.Zero); at < to; at += step)
        {
            yield return (at, at.ToString(step < TimeSpan.FromDays(1) && at.TimeOfDay > TimeSpan.Zero ? "HH:mm"
                : step < TimeSpan.FromDays(182) ? "d MMM" : "MMM yyyy", CultureInfo.InvariantCulture));
        }
    }

    private static string Short(string name) => name.Length <= LongestName ? name
        : name[..(char.IsHighSurrogate(name[LongestName - 2]) ? LongestName - 2 : LongestName - 1)] + "…";

    private static string Percent(double part) => (Math.Clamp(part, 0, 1) * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    private static string Span(DateTimeOffset? from, DateTimeOffset? to) => from is null ? "–" : $"{Moment(from.Value)} to {(to is { } end ? Moment(end) : "now")}";

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
