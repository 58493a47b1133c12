using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orchestrator.Silo.Tests.Sources;

namespace Orchestrator.Silo.Tests.Fuzz;

/// <summary>
/// Mutated bodies for every door that takes one, against the real application: no answer is a 5xx, each comes, and a refusal names the
/// fault. A body belongs to its seed and number, which the failure tells. <c>FUZZ_BODIES</c> and <c>FUZZ_SEED</c> make the long form
/// (docs/operations.md).
/// </summary>
public sealed class FuzzTests(FuzzedSilo fuzzed) : IClassFixture<FuzzedSilo>
{
    private const string Json = "application/json";
    private const string Yaml = "application/yaml";
    private const string Protobuf = "application/x-protobuf";

    /// <summary>As many as a small machine answers beside each other.</summary>
    private const int Workers = 4;

    private static int Bodies => Setting("FUZZ_BODIES", 10_000);

    private static int Seed => Setting("FUZZ_SEED", 20_260_302);

    [Fact]
    public Task Samples_of_any_shape_are_answered() => Fuzz([("POST", "/api/v1/rollouts/r1/metrics")], Json, """
        { "samples": [ { "id": "a-1", "at": "2026-03-02T09:00:00.5+00:00", "variant": "new", "traffic": "live", "segment": "beta", "units": { "response_time": "s" },
          "counters": { "requests": 120, "errors": 0 }, "gauges": { "memory": 80.5 }, "values": { "response_time": [0.165, 0.5] },
          "histograms": { "response_time": { "bounds": [10, 100], "counts": [5, 0, 2] } } }, { "variant": "legacy", "counters": { "requests": 3 } } ] }
        """);

    [Fact]
    public Task Alerts_of_any_shape_are_answered() => Fuzz([("POST", "/api/v1/rollouts/r1/alerts")], Json, """
        { "version": "4", "groupKey": "{}:{alertname=\"ChatDown\"}", "truncatedAlerts": 0, "status": "firing", "receiver": "rollout", "groupLabels": { "alertname": "ChatDown" },
          "alerts": [ { "status": "firing", "labels": { "alertname": "ChatDown", "severity": "page" }, "annotations": { "summary": "down" }, "startsAt": "2026-03-02T09:00:00Z",
          "endsAt": "0001-01-01T00:00:00Z", "fingerprint": "a1b2c3" }, { "status": "resolved", "labels": { "alertname": "Slow" } } ] }
        """);

    [Fact]
    public Task Otlp_exports_in_json_of_any_shape_are_answered() => Fuzz([("POST", "/v1/metrics"), ("POST", "/api/v1/rollouts/r1/otlp/v1/metrics")], Json, """
        { "resourceMetrics": [ { "resource": { "attributes": [ { "key": "rollout", "value": { "stringValue": "r1" } } ] }, "scopeMetrics": [ { "scope": { "name": "chat" }, "metrics": [
          { "name": "requests", "sum": { "isMonotonic": true, "aggregationTemporality": 2, "dataPoints": [ { "startTimeUnixNano": "1772442000000000000", "timeUnixNano": "1772442015000000000", "asInt": "5",
            "attributes": [ { "key": "variant", "value": { "stringValue": "new" } } ] } ] } },
          { "name": "response_time", "unit": "s", "histogram": { "aggregationTemporality": 1, "dataPoints": [ { "bucketCounts": ["1", "2"], "explicitBounds": [0.1],
            "attributes": [ { "key": "variant", "value": { "stringValue": "new" } } ] } ] } },
          { "name": "response_time", "exponentialHistogram": { "aggregationTemporality": 1, "dataPoints": [ { "scale": 1, "zeroCount": "2", "positive": { "offset": 1, "bucketCounts": ["4", "1"] },
            "attributes": [ { "key": "variant", "value": { "stringValue": "new" } } ] } ] } } ] } ] } ] }
        """);

    [Fact]
    public Task Otlp_exports_in_protocol_buffers_of_any_shape_are_answered() =>
        Fuzz([("POST", "/v1/metrics"), ("POST", "/api/v1/rollouts/r1/otlp/v1/metrics")], Protobuf, OtlpMessages.Requests("new", 5, "r1"), OtlpMessages.Requests("legacy", 9), OtlpMessages.Histograms("new"));

    [Fact]
    public Task Compressed_exports_of_any_shape_are_answered() =>
        Fuzz([("POST", "/v1/metrics")], Protobuf, [OtlpMessages.Gzip(OtlpMessages.Requests("new", 5, "r1"))], "gzip");

    [Fact]
    public Task Plans_in_yaml_of_any_shape_are_answered() => Fuzz([("POST", "/api/v1/plans/validate")], Yaml, Plans.Checkout, FuzzedSilo.Plan, "a: &a [ { b: > 0.2%, c: \"d\" } ]\ne: *a\n");

    [Fact]
    public Task Plans_in_json_of_any_shape_are_answered() => Fuzz([("POST", "/api/v1/plans/validate"), ("PUT", "/api/v1/plans/chat")], Json, fuzzed.PlanDocument);

    [Fact]
    public Task Contexts_of_any_shape_are_answered() => Fuzz(
        [("POST", "/ofrep/v1/evaluate/flags/newChat"), ("POST", "/ofrep/v1/evaluate/flags"), ("POST", "/api/v1/segments/production/beta/route")], Json, """
        { "context": { "targetingKey": "user-1", "internal": true, "age": 41.5, "version": "1.2.3", "tags": ["a", "b"], "nested": { "x": null }, "since": "2026-03-02T09:00:00Z" } }
        """);

    [Fact]
    public Task Questions_to_a_segment_of_any_shape_are_answered() => Fuzz([("POST", "/api/v1/segments/production/beta/route")], Json, """
        { "flag": "newChat", "context": { "targetingKey": "user-1", "internal": true, "age": 9007199254740993, "version": "\u00e9", "since": null } }
        """);

    [Fact]
    public Task Questions_of_any_shape_are_answered() => Fuzz([("POST", "/api/v1/environments/production/explain"), ("POST", "/api/v1/environments/production/journey")], Json, """
        { "flag": "newChat", "context": { "targetingKey": "user-1", "internal": true }, "at": "2026-03-02T09:00:00Z" }
        """);

    [Fact]
    public Task Segments_and_members_of_any_shape_are_answered() => Fuzz([("PUT", "/api/v1/segments/fuzz/beta"), ("POST", "/api/v1/segments/production/beta/members")], Json, """
        { "title": "Beta", "any": [ { "attribute": "internal", "equals": true }, { "attribute": "version", "version": ">= 1.2.3" }, { "optedIn": true }, { "not": { "attribute": "a", "in": ["x", 1] } } ] }
        """, """{ "add": ["user-1", "user-2"], "remove": ["user-3"] }""");

    [Fact]
    public Task Checkpoints_of_any_shape_are_answered() => Fuzz([("POST", "/api/v1/checkpoint/verify")], Json, fuzzed.Checkpoint);

    [Fact]
    public Task Commands_of_any_shape_are_answered() => Fuzz(
        [
            .. ((string[])["start", "pause", "resume", "advance", "step-back", "rollback", "restore", "confirm", "approve", "reject", "complete-objective", "feedback"])
                .Select(verb => ("POST", $"/api/v1/rollouts/r1/{verb}")),
            ("POST", "/api/v1/rollouts"), ("POST", "/api/v1/keys"), ("PUT", "/api/v1/environments/fuzz/flags/f"), ("POST", "/api/v1/environments/fuzz/stop-the-line"),
            ("POST", "/api/v1/environments/fuzz/resume-the-line"), ("POST", "/api/v1/plans/chat/flags"), ("POST", "/api/v1/incidents/r1-1/acknowledge"), ("POST", "/api/v1/incidents/r1-1/resolve"),
            ("POST", "/api/v1/notifications/n-1/retry"),
        ],
        Json,
        """{ "reason": "because", "segments": ["beta"], "ramp": false }""", """{ "step": "ten", "override": true, "reason": "must" }""", """{ "review": "r1-1", "evidenceHash": "00" }""",
        """{ "objective": "docs" }""", """{ "kind": "complaint", "count": 2 }""", """{ "id": "r2", "plan": "chat", "environment": "fuzz", "revision": 1 }""",
        """{ "name": "k", "role": "viewer", "environment": null }""", """{ "value": { "a": [1, 2.5e3, "x", null, true] } }""");

    private Task Fuzz((string Method, string Path)[] doors, string type, params string[] corpus) =>
        Fuzz(doors, type, [.. corpus.Select(Encoding.UTF8.GetBytes)]);

    private Task Fuzz((string Method, string Path)[] doors, string type, params byte[][] corpus) => Fuzz(doors, type, corpus, null);

    private async Task Fuzz((string Method, string Path)[] doors, string type, byte[][] corpus, string? encoding)
    {
        var bodies = new Mutations(Seed, corpus);
        await Parallel.ForAsync(0, Bodies, new ParallelOptions
        {
            MaxDegreeOfParallelism = Workers,
            CancellationToken = TestContext.Current.CancellationToken
        }, async (index, stop) =>
        {
            var (method, path) = doors[index % doors.Length];
            var body = bodies[index];
            using var request = new HttpRequestMessage(new HttpMethod(method),
                path)
            { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } } };
            if (encoding is not null)
            {
                request.Content.Headers.ContentEncoding.Add(encoding);
            }

            using var answer =
                await (path.StartsWith("/ofrep", StringComparison.Ordinal) ? fuzzed.Evaluation : fuzzed.Host.Admin).SendAsync(request, stop);
            var told = await answer.Content.ReadAsByteArrayAsync(stop);
            var status = (int)answer.StatusCode;
            if (status >= 500 || (status >= 400 && !NamesTheFault(answer.Content.Headers.ContentType?.MediaType, told)))
            {
                Assert.Fail($"{method} {path} answered {status} to body {index} of seed {Seed}: {Encoding.UTF8.GetString(told)}\nbody in base64: {Convert.ToBase64String(body)}\nbody: {Encoding.UTF8.GetString(body)}");
            }
        });
    }

    /// <summary>A code and a sentence; where the input is invalid, each thing that is.</summary>
    private static bool NamesTheFault(string? type, byte[] told)
    {
        if (type == Protobuf)
        {
            return told.Length > 5;
        }

        using var document = JsonDocument.Parse(told);
        var root = document.RootElement;
        return type == "application/problem+json"
            ? root.GetProperty("code").GetString() is { Length: > 0 } code && root.GetProperty("detail").GetString() is { Length: > 0 }
                && (code is not ("input.invalid" or "json.malformed")
                    || root.GetProperty("errors").EnumerateArray().All(error => error.GetProperty("message").GetString() is { Length: > 0 }))
            : root.TryGetProperty("errorDetails", out var details) && details.GetString() is { Length: > 0 };
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : usual;
}
