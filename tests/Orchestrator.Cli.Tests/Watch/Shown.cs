using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Watch.Tree;

namespace Orchestrator.Cli.Tests.Watch;

/// <summary>A rollout in the middle of its plan, as a server answers it; tests change parts of it.</summary>
internal static class Shown
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 14, 3, 0, TimeSpan.Zero);

    public static JsonObject Rollout() => Parse("""
        {
          "id": "chat", "title": "Protocol-agnostic chat architecture", "plan": { "name": "chat-architecture", "revision": 3, "hash": "ab" },
          "environment": "production", "flag": "useNewArchitecture", "status": "running",
          "summary": "Running in phase gradual, step 3a-25: 25% of users and beta on new.",
          "phase": "gradual", "step": "3a-25", "percentage": 25, "audience": "25% of users and beta",
          "people": { "total": 5020, "new": 1234, "legacy": 3786 },
          "version": 41, "since": "2026-11-20T10:00:00Z",
          "next": {
            "text": "To 50% of users and beta when the hold (3d), 'errors_low' and review r2 allow it.",
            "earliest": "2026-11-27T10:00:00Z", "waitingForGates": ["hold", "evidence", "review"]
          },
          "gates": [
            { "gate": "hold", "kind": "hold", "name": "3a-25", "verdict": "waiting", "progress": 0.5955,
              "text": "Step '3a-25' holds until 2026-11-27T10:00:00Z, for another 2d19h57m.", "earliest": "2026-11-27T10:00:00Z" },
            { "gate": "evidence", "kind": "criterion", "name": "errors_low", "verdict": "noEvidence", "progress": 0.316,
              "text": "Criterion 'errors_low': error_rate is 0.04% of 12,345 requests, below 0.1%, but only 15h12m of 48h were measured (coverage 31.6%, needs 95%)." },
            { "gate": "evidence", "kind": "criterion", "name": "latency", "verdict": "met", "progress": 1,
              "text": "Criterion 'latency': p95_response_time is 141ms, at most 165ms over 48h." },
            { "gate": "review", "kind": "review", "name": "r2", "verdict": "waiting",
              "text": "Review r2 (go or no-go) has 1 of 2 approvals and lacks 1 of product. It expires at 2026-11-26T10:00:00Z." },
            { "gate": "window", "kind": "line", "name": "production", "verdict": "met", "progress": 1, "text": "The line of 'production' runs." }
          ],
          "segments": [
            { "key": "beta", "title": "Beta users", "status": "included", "percentage": 100 },
            { "key": "region-apac", "title": "Asia and the Pacific", "status": "waiting", "percentage": 25 }
          ],
          "criteria": [],
          "triggers": [
            { "name": "error-rate-spike", "state": "quiet", "text": "", "reach": { "fraction": 0.31, "observedText": "0.155%", "limitText": "0.5%",
              "condition": "error_rate > 0.5%", "effect": "rolls back everyone", "text": "error_rate is 0.155%, the limit 0.5%." } },
            { "name": "latency-collapse", "state": "quiet", "text": "", "reach": { "fraction": 0.42, "observedText": "210ms", "limitText": "500ms",
              "condition": "p99_response_time > 500ms", "effect": "rolls back everyone", "text": "p99_response_time is 210ms." } },
            { "name": "memory-leak", "state": "quiet", "text": "", "reach": { "fraction": 0.52, "observedText": "42MB", "limitText": "80MB",
              "condition": "memory > 80MB", "effect": "rolls back everyone", "text": "memory is 42MB." } }
          ],
          "sources": [], "reviews": [], "objectives": [],
          "deadMan": { "text": "If the control plane vanished now, 25% of users and beta would stay on new for at most 11s (the lease), then everyone would be on legacy." },
          "incident": null, "held": null, "warnings": null
        }
        """);

    public static JsonObject Incident(string state = "open") => Parse($$"""
        {
          "id": "i1", "severity": "critical", "state": "{{state}}", "reason": "Trigger error-rate-spike: error_rate is 0.69% of 4,000 requests, above 0.5% for 5m.",
          "trigger": "error-rate-spike", "openedAt": "2026-11-24T14:01:00Z", "acknowledged": null,
          "legs": [
            { "leg": "propagation", "outcome": "passed", "at": "2026-11-24T14:01:00Z", "took": "12ms", "text": "Confirmed by 3 of 3 nodes after 12 ms." },
            { "leg": "traffic", "outcome": "failed", "at": "2026-11-24T14:02:00Z", "took": "1m", "text": "40 requests are on new." }
          ]
        }
        """);

    public static JsonObject Schedule() => Parse("""
        {
          "startedAt": "2026-11-01T10:00:00Z", "behind": "1d2h", "plannedEnd": "2026-12-20T10:00:00Z", "expectedEnd": "2026-12-21T12:00:00Z",
          "steps": [
            { "phase": "shadow", "step": "shadow", "plannedFrom": "2026-11-01T10:00:00Z", "plannedTo": "2026-11-08T10:00:00Z",
              "from": "2026-11-01T10:00:00Z", "until": "2026-11-08T12:00:00Z", "ended": "completed", "current": false },
            { "phase": "beta", "step": "beta-users", "plannedFrom": "2026-11-08T10:00:00Z", "plannedTo": "2026-11-15T10:00:00Z",
              "from": "2026-11-08T12:00:00Z", "until": "2026-11-16T12:00:00Z", "ended": "overridden", "current": false },
            { "phase": "gradual", "step": "3a-10", "plannedFrom": "2026-11-15T10:00:00Z", "plannedTo": "2026-11-19T10:00:00Z",
              "from": "2026-11-16T12:00:00Z", "until": "2026-11-20T10:00:00Z", "ended": "completed", "current": false },
            { "phase": "gradual", "step": "3a-25", "plannedFrom": "2026-11-19T10:00:00Z", "plannedTo": "2026-11-26T10:00:00Z",
              "from": "2026-11-20T10:00:00Z", "until": null, "ended": null, "current": true },
            { "phase": "gradual", "step": "3b", "plannedFrom": "2026-11-26T10:00:00Z", "plannedTo": "2026-12-03T10:00:00Z", "current": false },
            { "phase": "gradual", "step": "3c", "plannedFrom": "2026-12-03T10:00:00Z", "plannedTo": "2026-12-10T10:00:00Z", "current": false },
            { "phase": "full", "step": "everyone", "plannedFrom": "2026-12-10T10:00:00Z", "plannedTo": "2026-12-20T10:00:00Z", "current": false }
          ]
        }
        """);

    public static JsonObject Preview() => Parse("""
        {
          "steps": [
            { "phase": "shadow", "step": "shadow", "audience": "0% of users" },
            { "phase": "beta", "step": "beta-users", "audience": "0% of users and beta" },
            { "phase": "gradual", "step": "3a-10", "audience": "10% of users and beta" },
            { "phase": "gradual", "step": "3a-25", "audience": "25% of users and beta" },
            { "phase": "gradual", "step": "3b", "audience": "50% of users and beta" },
            { "phase": "gradual", "step": "3c", "audience": "75% of users and beta" },
            { "phase": "full", "step": "everyone", "audience": "100% of users and beta" }
          ]
        }
        """);

    public static RolloutShown As(JsonObject? rollout = null, Freshness? freshness = null, JsonObject? schedule = null) => new(
        Element(rollout ?? Rollout()), Element(schedule ?? Schedule()), Now,
        freshness ?? new Freshness(Connection.Live, TimeSpan.FromSeconds(1)), Element(Preview()));

    public static string[] Texts(RolloutShown shown, TreeSize size) =>
        [.. RolloutTree.Lines(shown, size).Select(line => line.Text.TrimEnd())];

    public static JsonElement Element(JsonNode node) => JsonDocument.Parse(node.ToJsonString()).RootElement;

    public static JsonObject Trigger(this JsonObject rollout, string name) =>
        rollout["triggers"]!.AsArray().Single(one => (string?)one!["name"] == name)!.AsObject();

    private static JsonObject Parse([System.Diagnostics.CodeAnalysis.StringSyntax("json")] string text) => JsonNode.Parse(text)!.AsObject();
}
