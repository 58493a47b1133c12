namespace Orchestrator.Benchmarks.Fuzz;

/// <summary>Valid bodies, by the end of the path that accepts them.</summary>
internal static class FuzzCorpus
{
    public const string Plan = """
        plan: chat
        flag: newChat
        segments:
          beta: { any: [ { attribute: internal, equals: true }, { optedIn: true } ] }
        metrics:
          error_rate: { ratio: errors / requests, alert: > 5% }
          p95: { quantile: 0.95, of: response_time }
        triggers:
          - { name: errors, when: error_rate > 5%, action: rollback }
          - { name: down, when: alert(ChatDown), action: rollback }
        phases:
          - name: gradual
            objectives: [ { name: docs, title: Docs } ]
            steps: [ { name: ten, percentage: 10%, segments: [beta], hold: 1h }, { name: all, percentage: 100%, hold: 1h } ]
        """;

    private const string Samples = """
        { "samples": [ { "id": "a-1", "variant": "new", "traffic": "live", "segment": "beta", "units": { "response_time": "s" }, "counters": { "requests": 120, "errors": 0 },
          "gauges": { "memory": 80.5 }, "values": { "response_time": [0.165, 0.5] }, "histograms": { "response_time": { "bounds": [10, 100], "counts": [5, 0, 2] } } } ] }
        """;

    private const string Otlp = """
        { "resourceMetrics": [ { "resource": { "attributes": [ { "key": "rollout", "value": { "stringValue": "r-0" } } ] }, "scopeMetrics": [ { "scope": { "name": "chat" }, "metrics": [
          { "name": "requests", "sum": { "isMonotonic": true, "aggregationTemporality": 2, "dataPoints": [ { "startTimeUnixNano": "1772442000000000000", "timeUnixNano": "1772442015000000000", "asInt": "5",
            "attributes": [ { "key": "variant", "value": { "stringValue": "new" } } ] } ] } } ] } ] } ] }
        """;

    private static readonly string[] Commands =
    [
        """{ "reason": "because", "segments": ["beta"], "ramp": false }""", """{ "step": "ten", "override": true, "reason": "must" }""", """{ "review": "r-1", "evidenceHash": "00" }""",
        """{ "objective": "docs" }""", """{ "kind": "complaint", "count": 2 }""", """{ "id": "r2", "plan": "chat-0", "environment": "fuzz", "revision": 1 }""",
        """{ "name": "k", "role": "viewer", "environment": null }""", """{ "name": "k", "role": "ingest", "rollouts": ["r-1"] }""", """{ "value": { "a": [1, 2.5e3, "x", null, true] } }""", "{}",
    ];

    public static string[] For(string path) => path.Split('/')[^1] switch
    {
        "validate" => [Plan],
        "metrics" when path.Contains("v1/metrics", StringComparison.Ordinal) => [Otlp],
        "metrics" => [Samples],
        "alerts" => ["""{ "version": "4", "groupKey": "g", "status": "firing", "alerts": [ { "status": "firing", "labels": { "alertname": "ChatDown", "severity": "page" }, "startsAt": "2026-03-02T09:00:00Z", "fingerprint": "a1" } ] }"""],
        "members" => ["""{ "add": ["user-1", "user-2"], "remove": ["user-3"] }"""],
        "verify" => ["""{ "checkpoint": { "at": "2026-03-02T09:00:00Z", "streams": [ { "stream": "rollout-r", "version": 3, "hash": "00" } ] }, "signature": "AAAA" }"""],
        "{name}" => [Plan, """{ "plan": "chat", "flag": "f", "phases": [ { "name": "a", "steps": [ { "name": "s", "percentage": "10%", "hold": "1h" } ] } ] }"""],
        "explain" => ["""{ "flag": "chat0", "context": { "targetingKey": "user-1", "internal": true }, "at": "2026-03-02T09:00:00Z" }"""],
        _ when path.Contains("/ofrep/", StringComparison.Ordinal) || path.EndsWith("/route", StringComparison.Ordinal) =>
            ["""{ "context": { "targetingKey": "user-1", "internal": true, "age": 41.5, "version": "1.2.3", "tags": ["a", "b"], "nested": { "x": null }, "since": "2026-03-02T09:00:00Z" } }"""],
        "{key}" when path.Contains("segments", StringComparison.Ordinal) =>
            ["""{ "title": "Beta", "any": [ { "attribute": "internal", "equals": true }, { "attribute": "version", "version": ">= 1.2.3" }, { "not": { "attribute": "a", "in": ["x", 1] } } ] }"""],
        _ => Commands,
    };
}
