using System.Text.Json;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Watch.Tree;

/// <summary>Phases and steps with their planned and actual times.</summary>
internal static class StepLines
{
    /// <summary>Columns from which planned and actual times have an end too.</summary>
    private const int EndsFrom = 130;

    /// <summary>Columns from which both planned and actual times have room.</summary>
    private const int BothFrom = 70;

    public static void Write(Page page)
    {
        if (page.Shown.Schedule is not { } schedule || schedule.Items("steps").ToArray() is not { Length: > 0 } steps)
        {
            return;
        }

        var rows = Rows(page, steps);
        var label = Math.Min(page.Width * 2 / 5, rows.Max(row => Cells.Of(row.Name) + row.Indent.Length + 2) + 2);
        var audience = page.Narrow ? 0 : Math.Min(page.Width / 4, rows.Max(row => Cells.Of(row.Audience)));
        var both = page.Width >= BothFrom;
        var planned = both ? Math.Max("PLANNED UTC".Length, rows.Max(row => row.Planned.Length)) : 0;
        var begin = label + (audience > 0 ? audience + 2 : 0);
        Title(page, schedule, begin, both ? begin + planned + 2 : begin, both);
        foreach (var row in rows)
        {
            var line = new StyledLine().Add(row.Indent, Tone.Dim).Add(row.Sign + " ", row.Tone);
            var name = Cells.Cut(row.Name, Math.Max(4, label - line.Width - 2), page.Marks.More);
            line.Add(name, row.Strong ? Tone.Strong : row.Tone == Tone.Dim ? Tone.Dim : Tone.Plain).To(label);
            if (audience > 0)
            {
                line.Add(Cells.Cut(row.Audience, audience, page.Marks.More)).To(begin);
            }

            if (both)
            {
                line.Add(row.Planned, Tone.Dim).To(begin + planned + 2).Add(row.Actual);
            }
            else
            {
                line.Add(row.Actual.Length > 0 ? row.Actual : row.Planned, row.Actual.Length > 0 ? Tone.Plain : Tone.Dim);
            }

            if (row.Note.Length > 0)
            {
                line.Add("  ").Add(row.Note, row.Tone);
            }

            page.Add(line);
        }
    }

    private static void Title(Page page, JsonElement schedule, int planned, int actual, bool both)
    {
        var late = schedule.Text("behind") is { } behind and not "0s" ? $"{behind} behind plan" : schedule.Text("behind") is null ? null : "on time";
        var line = page.Title("STEPS");
        if (late is not null)
        {
            line.Add(late, late == "on time" ? Tone.Good : Tone.Warning);
        }

        if (both)
        {
            line.To(planned).Add("PLANNED UTC", Tone.Dim).To(actual).Add("ACTUAL UTC", Tone.Dim);
        }

        if (page.Width >= EndsFrom && schedule.Instant("expectedEnd") is { } end)
        {
            line.Add("  ").To(actual + 40).Add($"ends {Moments.Text(end, page.Now)} at the earliest", Tone.Dim);
        }

        page.Add(line);
    }

    private static List<Row> Rows(Page page, JsonElement[] steps)
    {
        var marks = page.Marks;
        var phases = steps.GroupBy(step => step.Text("phase") ?? "").ToArray();
        var current = Array.FindIndex(phases, phase => phase.Any(step => step.True("current")));
        var rows = new List<Row>();
        for (var at = 0; at < phases.Length; at++)
        {
            JsonElement[] inside = [.. phases[at]];
            var (last, single) = (at == phases.Length - 1, inside.Length == 1);
            var folded = page.Fold >= Page.Folded && at != current && (current >= 0 || page.Fold >= Page.Short);
            if (page.Fold >= Page.Dense && at != current && current >= 0)
            {
                continue;
            }

            rows.Add(single
                ? Of(page, marks.Branch(last), inside[0], Joined(marks, inside[0]))
                : Whole(page, marks.Branch(last), phases[at].Key, inside, folded));
            for (var step = 0; step < inside.Length && !single && !folded; step++)
            {
                if (page.Fold >= Page.NowOnly && !inside[step].True("current"))
                {
                    continue;
                }

                var indent = marks.Pass(last) + marks.Branch(step == inside.Length - 1);
                rows.Add(Of(page, indent, inside[step], marks.Text(inside[step].Text("step"))));
            }
        }

        return rows;
    }

    /// <summary>Name of a phase with its only step.</summary>
    private static string Joined(Marks marks, JsonElement step) => step.Text("phase") == step.Text("step") ? marks.Text(step.Text("phase"))
        : marks.Text($"{step.Text("phase")} / {step.Text("step")}");

    private static Row Whole(Page page, string indent, string name, JsonElement[] steps, bool folded)
    {
        var marks = page.Marks;
        var (sign, tone) = steps.Any(step => step.True("current")) ? (marks.Now, Tone.Good)
            : steps.All(step => step.Instant("from") is null) ? (marks.Later, Tone.Dim)
            : steps.Any(step => step.Text("ended") is "rolledBack" or "aborted") ? (marks.Breached, Tone.Bad)
            : steps.All(step => step.Instant("until") is not null) ? (marks.Met, Tone.Good)
            : (marks.Later, Tone.Dim);
        var row = new Row(indent, sign, marks.Text(name), "", "", "", "", tone, Strong: true);
        return !folded ? row : row with
        {
            Planned = Time(page, steps[0].Instant("plannedFrom"), steps[^1].Instant("plannedTo")),
            Actual = Time(page, steps[0].Instant("from"), steps.Select(step => step.Instant("until")).Max()),
            Note = $"{steps.Length} steps",
        };
    }

    private static Row Of(Page page, string indent, JsonElement step, string name)
    {
        var marks = page.Marks;
        var (from, until, current) = (step.Instant("from"), step.Instant("until"), step.True("current"));
        var ended = step.Text("ended");
        var (sign, tone) = current ? (marks.Now, Tone.Good)
            : from is null ? (marks.Later, Tone.Dim)
            : ended is "rolledBack" or "aborted" or "steppedBack" ? (marks.Breached, Tone.Bad)
            : (marks.Met, Tone.Good);
        var note = current ? step.Instant("plannedTo") is { } to && from is { } begun && step.Instant("plannedFrom") is { } planned
                && page.Now - begun > to - planned ? $"{Moments.Span(page.Now - begun - (to - planned))} longer" : "now"
            : ended switch
            {
                "rolledBack" => "rolled back",
                "aborted" => "aborted",
                "steppedBack" => "stepped back",
                "overridden" => "overridden",
                _ => "",
            };
        return new Row(
            indent, sign, name, Audience(page, step), Time(page, step.Instant("plannedFrom"), step.Instant("plannedTo")),
            Time(page, from, current ? page.Now : until), note, tone, Strong: current);
    }

    /// <summary>The audience of a step by the plan, without the words that every row has; empty when it is unknown.</summary>
    private static string Audience(Page page, JsonElement step)
    {
        var planned = page.Shown.Preview?.Items("steps")
            .FirstOrDefault(one => one.Text("phase") == step.Text("phase") && one.Text("step") == step.Text("step")).Text("audience") ?? "";
        var shorter = planned.Replace("% of users and ", "%, ", StringComparison.Ordinal).Replace("% of users", "%", StringComparison.Ordinal);
        return page.Marks.Text(shorter);
    }

    /// <summary>Begin and duration, and the end where there is room.</summary>
    private static string Time(Page page, DateTimeOffset? from, DateTimeOffset? to) => (from, to) switch
    {
        (null, _) => "",
        ({ } begin, null) => Moments.Text(begin, page.Now),
        ({ } begin, { } end) when page.Width >= EndsFrom =>
            $"{Moments.Text(begin, page.Now),-12} to {Moments.Text(end, page.Now),-12} {Moments.Span(end - begin)}",
        ({ } begin, { } end) => $"{Moments.Text(begin, page.Now)} {Moments.Span(end - begin)}",
    };

    /// <summary>A line of a phase or a step.</summary>
    private readonly record struct Row(
        string Indent, string Sign, string Name, string Audience, string Planned, string Actual, string Note, Tone Tone,
        bool Strong = false);
}
