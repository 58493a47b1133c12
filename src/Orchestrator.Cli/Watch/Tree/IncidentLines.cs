using System.Text.Json;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Watch.Tree;

/// <summary>The newest incident: its reason, and each step of the procedure. One that is over is a single line.</summary>
internal static class IncidentLines
{
    private static readonly string[] Order = ["propagation", "traffic", "health", "consistency"];

    public static bool Open(JsonElement incident) => incident.Text("state") is "open" or "escalated";

    public static void Write(Page page)
    {
        if (page.Rollout.At("incident") is not { } incident || (!Open(incident) && page.Rollout.Text("status") != "rolledBack" && page.Fold >= Page.Folded))
        {
            return;
        }

        var (marks, open) = (page.Marks, Open(incident));
        var opened = incident.Instant("openedAt") is { } at ? $"since {Moments.Text(at, page.Now)}, {Moments.Span(page.Now - at)}" : "";
        page.Titled("INCIDENT", Title(incident, open, opened));
        if (page.Fold >= Page.NowOnly)
        {
            return;
        }

        var (sign, tone) = open ? (marks.Breached, Tone.Bad) : (marks.Met, Tone.Dim);
        List<(string Sign, Tone Tone, string Text)> rows = [(sign, tone, incident.Text("reason") ?? "")];
        if (open || page.Rollout.Text("status") == "rolledBack")
        {
            rows.AddRange(Legs(marks, incident));
        }

        for (var row = 0; row < rows.Count; row++)
        {
            var last = row == rows.Count - 1;
            page.Sentence(
                new StyledLine().Add(marks.Branch(last), Tone.Dim).Add(rows[row].Sign + " ", rows[row].Tone), rows[row].Text,
                open ? Tone.Plain : Tone.Dim, marks.Pass(last), page.Most);
        }
    }

    private static IEnumerable<(string, Tone)> Title(JsonElement incident, bool open, string opened)
    {
        yield return ($"{incident.Text("state")}, {incident.Text("severity")}", open ? Tone.Bad : Tone.Dim);
        yield return (opened, Tone.Plain);
        if (open)
        {
            yield return incident.At("acknowledged") is { } mark ? ($"acknowledged by {mark.Text("name") ?? mark.Text("by")}", Tone.Good)
                : ("not acknowledged", Tone.Bad);
        }

        yield return (incident.Text("id") ?? "", Tone.Dim);
    }

    private static IEnumerable<(string, Tone, string)> Legs(Marks marks, JsonElement incident)
    {
        var done = incident.Items("legs").ToArray();
        foreach (var leg in done)
        {
            var (sign, tone) = leg.Text("outcome") switch
            {
                "passed" => (marks.Met, Tone.Good),
                "failed" => (marks.Breached, Tone.Bad),
                _ => (marks.Unknown, Tone.Warning),
            };
            yield return (sign, tone, $"{leg.Text("leg")} {leg.Text("outcome")} after {leg.Text("took")}: {leg.Text("text")}");
        }

        if (incident.Text("state") == "open" && incident.At("ended") is null)
        {
            foreach (var leg in Order.Except(done.Select(leg => leg.Text("leg"))))
            {
                yield return (marks.Waiting, Tone.Note, $"{leg} not checked yet");
            }
        }
    }
}
