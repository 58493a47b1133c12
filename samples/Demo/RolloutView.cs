using System.Text.Json;

namespace Orchestrator.Samples.Demo;

/// <summary>A rollout as the API shows it, read leniently: what is missing is empty.</summary>
internal sealed class RolloutView(JsonElement json)
{
    public string Status => Text(json, "status");

    /// <summary>Trigger of the rollback in force; empty when a person rolled back, or nothing is rolled back.</summary>
    public string RolledBackBy => json.TryGetProperty("rollback", out var rollback) ? Text(rollback, "trigger") : "";

    public string Phase => Text(json, "phase");

    public string Step => Text(json, "step");

    public double Percentage => json.TryGetProperty("percentage", out var p) && p.ValueKind == JsonValueKind.Number ? p.GetDouble() : 0;

    public string[] WaitingFor => json.TryGetProperty("next", out var next) ? Strings(next, "waitingForGates") : [];

    public Review[] Reviews => [.. Items("reviews").Select(r => new Review(
        Text(r, "id"), Text(r, "kind"), Text(r, "state"), Strings(r, "roles"), r.TryGetProperty("quorum", out var q) && q.TryGetInt32(out var n) ? n : 1,
        List(r, "decisions").Length))];

    public Objective[] Objectives => [.. Items("objectives").Select(o => new Objective(
        Text(o, "name"), Text(o, "phase"), Is(o, "done", otherwise: false), Is(o, "required", otherwise: true)))];

    public Sign[] Triggers => [.. Items("triggers").Select(t => new Sign(Text(t, "name"), Text(t, "state"), Text(t, "text")))];

    public Sign[] Criteria => [.. Items("criteria").Select(c => new Sign(Text(c, "name"), Text(c, "verdict"), Text(c, "text")))];

    /// <summary>Fill of each capped segment that is on new, in the orchestrator's words.</summary>
    public IEnumerable<string> Cohorts => from segment in Items("segments")
                                          where Text(segment, "status") == "included" && segment.TryGetProperty("cohort", out _)
                                          let text = Text(segment.GetProperty("cohort"), "text")
                                          where text.Length > 0
                                          select text;

    /// <summary>Triggers with something to say.</summary>
    public IEnumerable<Sign> Loud => Triggers.Where(t => t.State is "breached" or "fired");

    /// <summary>Reasons why the step does not end yet, in the orchestrator's words.</summary>
    public IEnumerable<string> Missing => Criteria.Where(c => c.State != "met").Select(c => c.Words.Length > 0 ? c.Words : $"{c.Name}: {c.State}");

    public static string Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    private static bool Is(JsonElement of, string name, bool otherwise) =>
        of.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : otherwise;

    private static string[] Strings(JsonElement of, string name) =>
        [.. List(of, name).Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!)];

    private static JsonElement[] List(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray()]
            : [];

    private JsonElement[] Items(string name) => List(json, name);

    internal sealed record Review(string Id, string Kind, string State, string[] Roles, int Quorum, int Decisions);

    internal sealed record Objective(string Name, string Phase, bool Done, bool Required);

    internal sealed record Sign(string Name, string State, string Words);
}
