using System.Text.Json;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Watch.Tree;

/// <summary>One answer to "is it fine?".</summary>
/// <param name="Sign">Sign.</param>
/// <param name="Word">Word in capitals, which says the same without colour.</param>
/// <param name="Tone">Tone.</param>
/// <param name="Text">Sentence.</param>
internal readonly record struct Health(string Sign, string Word, Tone Tone, string Text)
{
    /// <summary>Most names in a sentence; more are counted.</summary>
    private const int MostNamed = 3;

    /// <summary>Everything that is not fine, the worst first; one line that says so where nothing is. Silence is never fine.</summary>
    public static IReadOnlyList<Health> Of(RolloutShown shown, Marks marks)
    {
        var rollout = shown.Rollout;
        var all = Bad(rollout, shown.Now, marks).Concat(Unsure(rollout, marks)).ToList();
        if (all.Count == 0 && Fine(rollout, marks) is { } fine)
        {
            all.Add(fine);
        }

        // An old answer says how it was.
        return shown.Freshness.Connection != Connection.Lost ? all
            : [.. all.Select(one => one.Tone != Tone.Good ? one
                : new Health(marks.Unknown, "UNKNOWN", Tone.Warning, $"{Moments.Span(shown.Freshness.Age)} ago: {one.Text}"))];
    }

    private static IEnumerable<Health> Bad(JsonElement rollout, DateTimeOffset now, Marks marks)
    {
        if (rollout.At("held") is { } held)
        {
            var reason = held.ValueKind == JsonValueKind.Object ? held.Text("reason") : held.ToString();
            yield return new Health(marks.Breached, "HELD", Tone.Bad, reason ?? "");
        }

        foreach (var trigger in TriggerLines.Ordered(rollout).Where(one => TriggerLines.StateOf(one) == TriggerLines.State.Breached))
        {
            var fires = trigger.Instant("reach.pending.firesAt") is { } at ? $"fires {Moments.Ahead(at, now)} unless it clears, and {trigger.Text("reach.effect")}"
                : "is over its threshold";
            yield return new Health(marks.Breached, "ALARM", Tone.Bad, $"{trigger.Text("name")} {fires}: {TriggerLines.Values(trigger) ?? trigger.Text("text")}.");
        }

        foreach (var gate in rollout.Items("gates").Where(one => one.Text("verdict") == "breached"))
        {
            yield return new Health(marks.Breached, "BREACHED", Tone.Bad, gate.Text("text") ?? "");
        }

        if (Named(rollout.Items("segments").Where(one => one.Text("status") == "rolledBack").Select(one => one.Text("key"))) is { } segments)
        {
            yield return new Health(marks.Breached, "TAKEN BACK", Tone.Bad, $"On legacy: {segments}.");
        }
    }

    private static IEnumerable<Health> Unsure(JsonElement rollout, Marks marks)
    {
        foreach (var trigger in TriggerLines.Ordered(rollout).Where(one => TriggerLines.StateOf(one) == TriggerLines.State.Near))
        {
            yield return new Health(
                marks.Near, "NEAR", Tone.Warning,
                $"{trigger.Text("name")} is at {GateLines.Percent(trigger.Number("reach.fraction") ?? 0)} of its threshold: "
                + $"{TriggerLines.Values(trigger)}. It {trigger.Text("reach.effect")}.");
        }

        var silent = TriggerLines.Ordered(rollout).Where(one => TriggerLines.StateOf(one) == TriggerLines.State.NoEvidence);
        if (Judged(rollout) && Named(silent.Select(one => one.Text("name"))) is { } blind)
        {
            yield return new Health(marks.Unknown, "BLIND", Tone.Warning, $"No evidence for {blind}.");
        }

        if (rollout.Text("samplesRefused") is { } refused)
        {
            yield return new Health(marks.Unknown, "REFUSED", Tone.Warning, refused);
        }

        foreach (var source in rollout.Items("sources").Where(one => one.Text("error") is not null))
        {
            yield return new Health(marks.Unknown, "SOURCE", Tone.Warning, $"{source.Text("name")}: {source.Text("error")}");
        }

        foreach (var warning in rollout.Items("warnings"))
        {
            yield return new Health(marks.Near, "WARNING", Tone.Warning, warning.ToString());
        }
    }

    private static Health? Fine(JsonElement rollout, Marks marks)
    {
        if (!Judged(rollout))
        {
            return null;
        }

        var nearest = TriggerLines.Ordered(rollout).FirstOrDefault(one => TriggerLines.StateOf(one) == TriggerLines.State.Quiet);
        return nearest.ValueKind != JsonValueKind.Object ? new Health(marks.Unknown, "BLIND", Tone.Warning, "No trigger watches this step.")
            : new Health(
                marks.Met, "FINE", Tone.Good,
                $"The nearest trigger is {nearest.Text("name")}, at {GateLines.Percent(nearest.Number("reach.fraction") ?? 0)} of its threshold.");
    }

    /// <summary>True while triggers are judged.</summary>
    private static bool Judged(JsonElement rollout) =>
        rollout.Text("status") is "running" or "paused"
        || (rollout.Text("status") == "completed" && rollout.Items("triggers").Any(one => one.Number("reach.fraction") is not null));

    private static string? Named(IEnumerable<string?> names)
    {
        var all = names.OfType<string>().ToArray();
        return all.Length == 0 ? null
            : all.Length <= MostNamed ? string.Join(", ", all) : $"{string.Join(", ", all.Take(MostNamed))} and {all.Length - MostNamed} more";
    }
}
