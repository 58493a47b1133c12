using System.Globalization;
using System.Text.Json;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Watch.Tree;

/// <summary>Gates of the step: the four in the title, and a row for each of their parts with its progress and sentence.</summary>
internal static class GateLines
{
    /// <summary>Gates that every step has. Others, as a pause, are added while they are shut.</summary>
    private static readonly string[] Always = ["hold", "evidence", "review", "window"];

    public static void Write(Page page)
    {
        var rows = page.Rollout.Items("gates").ToArray();
        if (rows.Length == 0)
        {
            return;
        }

        var marks = page.Marks;
        var known = rows.Select(row => row.Text("gate") ?? "").Distinct(StringComparer.Ordinal);
        page.Titled("GATES", Always.Union(known, StringComparer.Ordinal).Select(gate =>
        {
            var worst = rows.Where(row => row.Text("gate") == gate).Select(row => row.Text("verdict")).OrderBy(Verdicts.Rank).ToArray();
            return worst.Length == 0
                ? ($"{marks.Met} {gate} (none)", Tone.Dim)
                : ($"{Verdicts.Sign(marks, worst[0])} {gate}", Verdicts.Tone(worst[0]));
        }));
        JsonElement[] shown = page.Fold < Page.Folded ? rows : [.. rows.Where(row => !Verdicts.Open(row.Text("verdict")))];
        var label = page.Label(shown.Select(Label));
        for (var at = 0; at < shown.Length; at++)
        {
            Row(page, shown[at], label, at == shown.Length - 1);
        }
    }

    private static void Row(Page page, JsonElement row, int label, bool last)
    {
        var (marks, verdict) = (page.Marks, row.Text("verdict"));
        var tone = Verdicts.Tone(verdict);
        var line = page.Begin(Verdicts.Sign(marks, verdict), tone, Label(row), label, last);
        var bar = line.Width;
        if (row.Number("progress") is { } part && !Verdicts.Open(verdict))
        {
            line.Add(marks.Bar(part, page.BarWidth), tone).Add(" " + Percent(part).PadLeft(4));
        }
        else
        {
            line.Add(Verdicts.Word(verdict), tone);
        }

        if (Verdicts.Open(verdict) && page.Narrow)
        {
            page.Add(line);
            return;
        }

        line.To(bar + page.BarWidth + 7);
        var sentence = marks.Text(Sentence(row));
        var earliest = row.Instant("earliest") is { } at ? Moments.Ahead(at, page.Now) : null;
        if (page.Beside)
        {
            line.Add((earliest ?? "").PadRight(10), Tone.Note);
            page.Sentence(line, sentence, Verdicts.Open(verdict) ? Tone.Dim : Tone.Plain, marks.Pass(last), Most(page, verdict));
            return;
        }

        if (Verdicts.Open(verdict))
        {
            page.Sentence(line, sentence, Tone.Dim, marks.Pass(last), 1);
            return;
        }

        page.Add(line.Add(earliest ?? "", Tone.Note));
        if (page.Fold >= Page.Short && earliest is not null)
        {
            return;
        }

        var below = new StyledLine().Add(marks.Pass(last), Tone.Dim).Add("  ");
        page.Sentence(below, sentence, Tone.Plain, marks.Pass(last), Most(page, verdict));
    }

    private static int Most(Page page, string? verdict) => Verdicts.Open(verdict) && !page.Wide ? 1 : page.Most;

    /// <summary>The sentence without the beginning that the label already says.</summary>
    private static string Sentence(JsonElement row)
    {
        var (text, begin) = (row.Text("text") ?? "", $"Criterion '{row.Text("name")}': ");
        return text.StartsWith(begin, StringComparison.Ordinal) ? text[begin.Length..] : text;
    }

    private static string Label(JsonElement row)
    {
        var name = row.Text("name") ?? "";
        return row.Text("kind") switch
        {
            "confirm" => "confirmation",
            "pause" => "resume",
            "hold" => "hold",
            "samples" => "samples of new",
            "rule" => $"rule {name}",
            "review" when name.StartsWith("go or", StringComparison.Ordinal) => name,
            "review" => $"review {name}",
            "objective" => $"objective {name}",
            "segment" => $"segment {name}",
            "line" => $"line of {name}",
            "freeze" => $"freeze {name}",
            "changeWindow" => "change window",
            _ => name,
        };
    }

    /// <summary>A part in whole percent, cut off: 100% is reached only at the end.</summary>
    public static string Percent(double part) => Math.Floor(Math.Clamp(part, 0, 1) * 100).ToString(CultureInfo.InvariantCulture) + "%";
}
