using System.Text.Json;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Watch.Tree;

/// <summary>Triggers, the nearest first, with the distance to the threshold.</summary>
internal static class TriggerLines
{
    /// <summary>Triggers of a quiet state that a folded tree shows.</summary>
    private const int FewQuiet = 1;

    /// <summary>Writes them. Without users on new none is judged.</summary>
    public static void Write(Page page)
    {
        var triggers = Ordered(page.Rollout);
        if (triggers.Length == 0 || page.Rollout.Text("status") is not ("running" or "paused" or "completed"))
        {
            return;
        }

        var marks = page.Marks;
        page.Titled("TRIGGERS", Counts(marks, triggers));
        JsonElement[] shown = page.Fold switch
        {
            < Page.Short => triggers,
            < Page.NowOnly => [.. triggers.GroupBy(StateOf).SelectMany(group => group.Key <= State.Near ? group : group.Take(FewQuiet))],
            _ => [.. triggers.Where(one => StateOf(one) <= State.Near)],
        };
        var label = page.Label(shown.Select(one => one.Text("name")));
        for (var at = 0; at < shown.Length; at++)
        {
            Row(page, shown[at], label, at == shown.Length - 1);
        }
    }

    /// <summary>Fired, then those whose "for" runs, then by the distance to the threshold; without evidence before the quiet ones.</summary>
    public static JsonElement[] Ordered(JsonElement rollout) =>
    [
        .. rollout.Items("triggers").OrderBy(StateOf).ThenBy(one => one.Instant("reach.pending.firesAt") ?? DateTimeOffset.MaxValue)
            .ThenByDescending(one => one.Number("reach.fraction") ?? -1),
    ];

    public static State StateOf(JsonElement trigger) => (trigger.Text("state"), trigger.Number("reach.fraction")) switch
    {
        ("fired", _) => State.Fired,
        ("breached", _) => State.Breached,
        ("rolledBack", _) => State.Idle,
        (_, null) => State.NoEvidence,
        (_, >= Verdicts.Near) => State.Near,
        _ => State.Quiet,
    };

    /// <summary>Observed value and limit, as <c>0.42% of 0.5%</c>; null where one is unknown.</summary>
    public static string? Values(JsonElement trigger) =>
        (trigger.Text("reach.observedText"), trigger.Text("reach.limitText")) is ({ } observed, { } limit) ? $"{observed} of {limit}"
        : trigger.Text("reach.observedText");

    private static IEnumerable<(string, Tone)> Counts(Marks marks, JsonElement[] triggers) =>
        triggers.GroupBy(StateOf).OrderBy(group => group.Key)
            .Select(group => ($"{Sign(marks, group.Key)} {group.Count()} {Word(group.Key)}", ToneOf(group.Key)));

    private static void Row(Page page, JsonElement trigger, int label, bool last)
    {
        var (marks, state) = (page.Marks, StateOf(trigger));
        var tone = ToneOf(state);
        var line = page.Begin(Sign(marks, state), tone, trigger.Text("name"), label, last);
        var bar = line.Width;
        if (trigger.Number("reach.fraction") is { } part)
        {
            line.Add(marks.Bar(part, page.BarWidth), tone).Add(" " + GateLines.Percent(part).PadLeft(4));
        }
        else
        {
            line.Add(Word(state), tone);
        }

        line.To(bar + page.BarWidth + (page.Narrow ? 6 : 7));
        var values = marks.Text(Values(trigger));
        var fires = trigger.Instant("reach.pending.firesAt") is { } at ? "fires " + Moments.Ahead(at, page.Now) : null;
        var effect = marks.Text(trigger.Text("reach.effect"));
        if (page.Beside)
        {
            line.Add(values).To(line.Width < bar + page.BarWidth + 29 ? bar + page.BarWidth + 29 : line.Width + 2);
            if (fires is not null)
            {
                line.Add(fires, Tone.Bad).Add("  ");
            }

            line.Add(effect, Tone.Dim);
            if (page.Wide && trigger.Text("reach.condition") is { } condition)
            {
                line.Add("  ").Add(marks.Text(condition), Tone.Dim);
            }

            page.Add(line);
        }
        else
        {
            page.Add(line.Add(fires ?? "", Tone.Bad).Add(fires is null || values.Length == 0 ? "" : "  ").Add(values));
        }

        if (state <= State.Breached)
        {
            var text = trigger.Text("reach.text") ?? trigger.Text("text") ?? "";
            page.Sentence(new StyledLine().Add(marks.Pass(last), Tone.Dim).Add("  "), text, Tone.Plain, marks.Pass(last), page.Most);
        }
    }

    private static string Sign(Marks marks, State state) => state switch
    {
        State.Fired or State.Breached => marks.Breached,
        State.Near => marks.Near,
        State.NoEvidence => marks.Unknown,
        State.Idle => marks.Later,
        _ => marks.Met,
    };

    private static Tone ToneOf(State state) => state switch
    {
        State.Fired or State.Breached => Tone.Bad,
        State.Near or State.NoEvidence => Tone.Warning,
        State.Idle => Tone.Dim,
        _ => Tone.Good,
    };

    private static string Word(State state) => state switch
    {
        State.Fired => "fired",
        State.Breached => "breached",
        State.Near => "near",
        State.NoEvidence => "no evidence",
        State.Idle => "on legacy",
        _ => "quiet",
    };

    /// <summary>State of a trigger, the worst first.</summary>
    public enum State
    {
        Fired,
        Breached,
        Near,
        NoEvidence,
        Quiet,

        /// <summary>Its segments are on legacy: nothing to take back.</summary>
        Idle,
    }
}
