using System.Text.Json;

namespace Orchestrator.Samples.Demo;

/// <summary>An incident as the API shows it.</summary>
internal sealed class IncidentView(JsonElement json)
{
    public string Id => RolloutView.Text(json, "id");

    public string State => RolloutView.Text(json, "state");

    /// <summary>Why people must act, in the orchestrator's words; empty while they need not.</summary>
    public string Escalated => json.TryGetProperty("escalated", out var e) && e.ValueKind == JsonValueKind.Object ? e.GetRawText() : "";

    public Leg[] Legs => [.. json.GetProperty("legs").EnumerateArray().Select(leg => new Leg(
        RolloutView.Text(leg, "leg"), RolloutView.Text(leg, "outcome"), RolloutView.Text(leg, "elapsed"), RolloutView.Text(leg, "took"),
        RolloutView.Text(leg, "text")))];

    /// <summary>One step of the procedure after a rollback; times are the orchestrator's.</summary>
    internal sealed record Leg(string Name, string Outcome, string Elapsed, string Took, string Text);
}
