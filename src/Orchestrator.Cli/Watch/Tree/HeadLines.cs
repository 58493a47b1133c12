using System.Globalization;
using System.Text.Json;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Watch.Tree;

/// <summary>Head of the tree, for two seconds of reading: status, age, is it fine, what it waits for.</summary>
internal static class HeadLines
{
    /// <summary>Columns of the words in capitals.</summary>
    private const int Label = 13;

    /// <summary>Most lines about health in a folded tree.</summary>
    private const int FewHealth = 2;

    public static void Write(Page page)
    {
        First(page);
        Lost(page);
        var (rollout, marks) = (page.Rollout, page.Marks);
        var most = Math.Max(2, page.Most);
        page.Sentence(new StyledLine().Add("  "), rollout.Text("summary") ?? "", Tone.Plain, most: most);
        var health = Health.Of(page.Shown, marks);
        foreach (var one in health.Take(page.Fold >= Page.Dense ? FewHealth : int.MaxValue))
        {
            page.Sentence(Labelled($"{one.Sign} {one.Word}", one.Tone), one.Text, one.Tone == Tone.Good ? Tone.Plain : one.Tone, most: most);
        }

        if (page.Fold >= Page.Dense && health.Count > FewHealth)
        {
            page.Sentence(Labelled("", Tone.Plain), $"and {health.Count - FewHealth} more", Tone.Dim);
        }

        if (rollout.Text("next.text") is { } next)
        {
            var when = rollout.Instant("next.earliest") is { } at ? $" Earliest {Moments.Text(at, page.Now)}, {Moments.Ahead(at, page.Now)}."
                : rollout.Instant("next.atLeast") is { } least && least > page.Now ? $" Not before {Moments.Text(least, page.Now)}, {Moments.Ahead(least, page.Now)}."
                : "";
            page.Sentence(Labelled($"{marks.Waiting} NEXT", Tone.Note), next + when, Tone.Plain, most: page.Fold >= Page.Short ? 2 : int.MaxValue);
        }
    }

    /// <summary>Name of a status in capitals.</summary>
    public static string Word(string? status) => status switch
    {
        "rolledBack" => "ROLLED BACK",
        { } one => one.ToUpperInvariant(),
        _ => "UNKNOWN",
    };

    private static StyledLine Labelled(string label, Tone tone) => new StyledLine().Add(label, tone).To(Label);

    /// <summary>Status and name on the left, age on the right; the name gives way, never the status or the age.</summary>
    private static void First(Page page)
    {
        var (rollout, marks) = (page.Rollout, page.Marks);
        var status = rollout.Text("status");
        var (sign, tone) = status switch
        {
            "running" => (marks.Now, Tone.Good),
            "paused" => (marks.Paused, Tone.Warning),
            "rolledBack" or "aborted" => (marks.Breached, Tone.Bad),
            "completed" => (marks.Met, Tone.Good),
            _ => (marks.Later, Tone.Plain),
        };
        var line = new StyledLine().Add($"{sign} {Word(status)}", tone).Add($" {rollout.Number("percentage")?.ToString("0.###", CultureInfo.InvariantCulture)}%", Tone.Strong);
        var (age, ageTone) = Age(page);
        var names = marks.Text($"  {rollout.Text("id")}");
        var details = marks.Text($"  {rollout.Text("environment")}  {rollout.Text("flag")}");
        var room = page.Width - line.Width - Cells.Of(age) - 2;
        line.Add(Cells.Cut(names, Math.Max(0, room), marks.More), Tone.Strong);
        if (Cells.Of(names + details) <= room)
        {
            line.Add(details, Tone.Dim);
        }

        page.Add(line.To(page.Width - Cells.Of(age)).Add(age, ageTone));
    }

    private static (string, Tone) Age(Page page)
    {
        var (fresh, now) = (page.Shown.Freshness, page.Now);
        var clock = $"{Moments.Clock(now)} UTC";
        return fresh.Connection switch
        {
            Connection.Once => (clock, Tone.Dim),
            Connection.Past => ($"as of {now.UtcDateTime.ToString("d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)} UTC", Tone.Warning),
            Connection.Live => ($"live, {Moments.Span(fresh.Age)} old" + (!page.Narrow ? $"  {clock}" : ""), Tone.Dim),
            Connection.Polled => ($"polled, {Moments.Span(fresh.Age)} old" + (!page.Narrow ? $"  {clock}" : ""), Tone.Warning),
            _ => ($"STALE, {Moments.Span(fresh.Age)} old", Tone.Bad),
        };
    }

    private static void Lost(Page page)
    {
        var fresh = page.Shown.Freshness;
        if (fresh.Connection == Connection.Lost)
        {
            var next = fresh.RetryIn is { } wait ? $"Next try in {Moments.Span(wait + TimeSpan.FromMilliseconds(999))}." : "Trying now.";
            page.Sentence(
                Labelled($"{page.Marks.Breached} NO SERVER", Tone.Bad), $"Shown is {Moments.Span(fresh.Age)} old. {next} {fresh.Problem}", Tone.Bad,
                most: page.Fold < Page.Folded ? int.MaxValue : 2);
        }
    }
}
