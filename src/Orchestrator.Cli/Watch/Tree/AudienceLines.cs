using System.Globalization;
using System.Text.Json;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Watch.Tree;

/// <summary>Users on new: the share, counted users, and each segment.</summary>
internal static class AudienceLines
{
    public static void Write(Page page)
    {
        var rollout = page.Rollout;
        var segments = rollout.Items("segments").ToArray();
        var texts = new List<(string, Tone)> { (rollout.Text("audience") ?? "", Tone.Plain) };
        if (rollout.Number("people.new") is { } counted && rollout.Number("people.total") is { } total)
        {
            texts.Add(($"{Count(counted)} of {Count(total)} counted users on new", Tone.Dim));
        }

        page.Titled("AUDIENCE", texts);
        if (page.Fold >= Page.Short)
        {
            return;
        }

        var label = page.Label(segments.Select(one => one.Text("key")));
        for (var at = 0; at < segments.Length; at++)
        {
            Row(page, segments[at], label, at == segments.Length - 1);
        }

        if (page.Fold < Page.Folded && rollout.Text("deadMan.text") is { } alone && rollout.Text("status") is "running" or "paused")
        {
            page.Sentence(new StyledLine(), alone, Tone.Dim);
        }
    }

    private static void Row(Page page, JsonElement segment, int label, bool last)
    {
        var marks = page.Marks;
        var (sign, tone, word) = segment.Text("status") switch
        {
            "rolledBack" => (marks.Breached, Tone.Bad, "taken back to legacy"),
            "included" => (marks.Met, Tone.Good, "included"),
            _ => (marks.Later, Tone.Dim, "named by a later step"),
        };
        var line = page.Begin(sign, tone, segment.Text("key"), label, last);
        line.Add($"{segment.Text("percentage")}%".PadLeft(page.Narrow ? 0 : 6)).Add("  ").Add(word, tone);
        if (segment.Text("kept.reason") is { } reason)
        {
            line.Add(marks.Text($", stays there: {reason} ({segment.Text("kept.name") ?? segment.Text("kept.by")})"));
        }

        if (page.Beside && segment.Text("title") is { } title)
        {
            line.Add("  ").Add(marks.Text(title), Tone.Dim);
        }

        page.Add(line);
    }

    private static string Count(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
