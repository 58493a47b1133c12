using System.Collections.Frozen;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;

namespace Orchestrator.Api.OpenApi;

/// <summary>Stable codes of the problems that an operation can answer, by status.</summary>
internal static class ProblemCodes
{
    private static readonly string[] Statuses =
    [
        "rollout.not_running", "rollout.running", "rollout.paused", "rollout.rolled_back", "rollout.completed", "rollout.aborted",
        "rollout.retired", "rollout.held",
    ];

    private static readonly string[] Streams = ["stream.broken", "stream.held"];

    private static readonly (int Status, string Code)[] Everywhere =
    [
        (400, "http.malformed"), (401, "access.no_key"), (401, "access.unknown_key"), (401, "access.bad_token"), (401, "access.session_over"),
        (403, "access.forbidden"), (403, "access.no_role"), (403, "access.no_subject"), (403, "access.no_environment"), (500, "internal"),
        (503, "unavailable"), (503, "node.catching_up"), (503, "node.stale"), (503, "node.too_many_connections"),
        (503, "access.issuer_unreachable"),
    ];

    private static readonly (int Status, string Code)[] Commands =
    [
        (400, "etag.malformed"), (400, "idempotency.malformed"), (409, "stream.broken"), (409, "stream.held"), (412, "version.mismatch"),
        (422, "idempotency.key_reused"), (503, "log.busy"), (503, "node.evaluation_only"),
    ];

    private static readonly (int Status, string Code)[] Expensive = [(503, "node.too_many_reads")];

    /// <summary>Codes of single operations, beside those of their kind.</summary>
    private static readonly FrozenDictionary<string, (int Status, string Code)[]> Own = new Dictionary<string, (int, string)[]>
    {
        ["POST /api/v1/rollouts"] = [(409, "rollout.exists"), .. Conflicts(Streams)],
        ["POST /api/v1/rollouts/{id}/start"] =
        [
            .. Conflicts(Statuses), .. Conflicts(
                "rollout.line_stopped", "rollout.flag_taken", "rollout.segment_differs", "rollout.not_completed", "rollout.flag_without_value",
                "rollout.value_differs", "rollout.value_changes"),
            (429, "rollout.too_many"), (503, "node.behind"),
        ],
        ["POST /api/v1/rollouts/{id}/pause"] = [.. Conflicts(Statuses), (409, "rollout.ramping")],
        ["POST /api/v1/rollouts/{id}/resume"] =
            [.. Conflicts(Statuses), .. Conflicts("rollout.ramping", "rollout.line_stopped"), (429, "rollout.too_many")],
        ["POST /api/v1/rollouts/{id}/advance"] =
        [
            .. Conflicts(Statuses),
            .. Conflicts(
                "rollout.other_step", "rollout.gate_shut", "rollout.reason_missing", "rollout.line_stopped", "rollout.ramping"),
            (429, "rollout.too_many"),
        ],
        ["POST /api/v1/rollouts/{id}/step-back"] =
        [
            .. Conflicts(Statuses), .. Conflicts("rollout.first_step", "rollout.other_step", "rollout.ramping", "rollout.succeeded"),
        ],
        ["POST /api/v1/rollouts/{id}/rollback"] =
        [
            .. Conflicts(Statuses),
            .. Conflicts("rollout.unknown_segment", "rollout.ramp_segments", "rollout.no_capacity", "rollout.succeeded"),
            (503, "rollback.too_many_kept"),
        ],
        ["POST /api/v1/rollouts/{id}/restore"] =
        [
            .. Conflicts(Statuses),
            .. Conflicts(
                "rollout.unknown_segment", "rollout.ramping", "rollout.line_stopped", "rollout.flag_taken", "rollout.succeeded"),
            (429, "rollout.too_many"),
        ],
        ["POST /api/v1/rollouts/{id}/keep-back"] =
            [.. Conflicts(Statuses), .. Conflicts("rollout.segment_not_back", "rollout.unknown_segment")],
        ["POST /api/v1/rollouts/{id}/retire"] =
        [
            .. Conflicts(Statuses),
            .. Conflicts("rollout.not_completed", "rollout.flag_without_value", "rollout.value_differs", "rollout.value_changes"),
            (503, "node.behind"),
        ],
        ["POST /api/v1/rollouts/{id}/confirm"] = [.. Conflicts(Statuses), (409, "rollout.line_stopped"), (429, "rollout.too_many")],
        ["POST /api/v1/rollouts/{id}/abort"] = [.. Conflicts(Statuses)],
        ["POST /api/v1/rollouts/{id}/approve"] = [.. Decisions(), (409, "review.evidence_changed"), (409, "rollout.line_stopped")],
        ["POST /api/v1/rollouts/{id}/reject"] = [.. Decisions()],
        ["POST /api/v1/rollouts/{id}/complete-objective"] = [.. Conflicts(Statuses), (404, "objective.not_found")],
        ["POST /api/v1/rollouts/{id}/amend"] =
        [
            .. Conflicts(Statuses), .. Conflicts("rollout.past_changed", "rollout.too_many_amendments", "rollout.segment_differs"),
            (429, "rollout.too_many"),
        ],
        ["GET /api/v1/rollouts/{id}/amendment"] = [.. Conflicts(Statuses)],
        ["POST /api/v1/rollouts/{id}/amendment"] = [.. Conflicts(Statuses), .. Expensive],
        ["POST /api/v1/rollouts/{id}/feedback"] =
            [.. Conflicts(Statuses), (422, "feedback.too_many_kinds"), (429, "feedback.too_many")],
        ["POST /api/v1/rollouts/{id}/alerts"] =
            [.. Conflicts(Statuses), .. Pushes(), (503, "alerts.too_large"), (503, "alerts.too_many")],
        ["POST /api/v1/rollouts/{id}/metrics"] = [.. Pushes(), (400, "metrics.malformed"), (503, "node.evaluation_only")],
        ["POST /api/v1/rollouts/{id}/otlp/v1/metrics"] =
            [.. Pushes(), (400, "otlp.malformed"), (415, "body.content_encoding"), (503, "node.evaluation_only")],
        ["POST /v1/metrics"] =
            [.. Pushes(), (400, "otlp.malformed"), (415, "body.content_encoding"), (503, "node.evaluation_only")],
        ["GET /api/v1/rollouts/{id}/reviews/{review}"] = [(404, "review.not_found"), .. Expensive],
        ["GET /api/v1/rollouts/{id}/comparison"] = [(406, "http.not_acceptable"), (409, "stream.held"), .. Expensive],
        ["GET /api/v1/rollouts/{id}/retrospective"] = [(406, "http.not_acceptable"), (409, "stream.held"), .. Expensive],
        ["GET /api/v1/rollouts/{id}/series"] = [(409, "stream.held"), .. Expensive],
        ["GET /api/v1/rollouts/{id}/history"] = [.. Expensive],
        ["GET /api/v1/rollouts/{id}/schedule"] = [.. Expensive],
        ["GET /api/v1/rollouts/{id}"] = [.. Expensive],
        ["POST /api/v1/rollouts/{id}/what-if"] = [(503, "node.too_many_what_ifs")],
        ["GET /api/v1/what-ifs/{id}"] = [(404, "what_if.not_found")],
        ["DELETE /api/v1/what-ifs/{id}"] = [(404, "what_if.not_found")],
        ["POST /api/v1/plans/{name}/compare"] = [.. Expensive],
        ["GET /api/v1/plans/{name}/weather"] = [.. Expensive],
        ["POST /api/v1/plans/weather"] = [.. Expensive],
        ["GET /api/v1/plans/{name}/backtest"] = [(422, "backtest.no_history"), (422, "backtest.too_long"), .. Expensive],
        ["POST /api/v1/plans/{name}/channels/{channel}/test"] =
            [(404, "channel.not_found"), (503, "node.evaluation_only"), .. Expensive],
        ["PUT /api/v1/environments/{environment}/flags/{key}"] = [(409, "environment.full")],
        ["POST /api/v1/plans/{name}/flags"] = [(409, "environment.full")],
        ["GET /api/v1/environments/{environment}/flags/{key}"] = [(404, "flag.not_found")],
        ["GET /api/v1/environments/{environment}/in-force"] = [.. Expensive],
        ["POST /api/v1/environments/{environment}/explain"] = [.. Expensive],
        ["POST /api/v1/environments/{environment}/journey"] = [(422, "journey.too_large"), .. Expensive],
        ["POST /api/v1/segments/{environment}/{key}/members"] = [.. Conflicts("segment.unknown", "segment.too_many_members")],
        ["GET /api/v1/incidents/{id}/events"] = [.. Expensive],
        ["POST /api/v1/keys"] = [.. Conflicts("key.exists", "key.shown_already")],
        ["DELETE /api/v1/keys/{id}"] = [(404, "key.not_found"), (409, "key.last_admin")],
        ["POST /api/v1/notifications/{id}/retry"] = [(404, "notification.not_found"), (503, "node.evaluation_only")],
        ["GET /api/v1/checkpoint"] = [(409, "log.changed"), .. Expensive],
        ["POST /api/v1/checkpoint/verify"] = [.. Expensive],
        ["GET /api/v1/audit"] = [.. Expensive],
        ["GET /api/v1/verify"] = [(404, "stream.not_found"), .. Expensive],
        ["GET /api/v1/stream"] = [(503, "stream.too_many_streams")],
        ["GET /sdk/v1/stream"] = [(503, "sdk.too_many_streams")],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every code of an operation.</summary>
    /// <param name="operation">The operation as the client declares it.</param>
    /// <param name="described">The operation as it is mapped.</param>
    public static SortedDictionary<int, string[]> Of(WireOperation operation, EndpointDescription described)
    {
        var (method, path) = (operation.Main.Method, operation.Main.Path);
        IEnumerable<(int Status, string Code)> all =
        [
            .. Everywhere,
            .. described.Takes is { } body ? Bodies(body) : [],
            .. operation.Main.IsCommand ? Commands : [],
            .. described.Needs.IsHarmless() ? [] : ((int, string)[])[(409, "access.broken")],
            .. described.Takes is not null || operation.Main.IsCommand || operation.Each.Any(one => one.Query is not null)
                ? ((int, string)[])[(422, "input.invalid")]
                : [],
            .. Named(path),
            .. path.EndsWith("/verify", StringComparison.Ordinal) && method == "GET" ? [(404, "stream.not_found"), .. Expensive] : Array.Empty<(int, string)>(),
            .. Own.GetValueOrDefault(WireOperation.Name(method, path)) ?? [],
        ];
        return new SortedDictionary<int, string[]>(all.Distinct().GroupBy(one => one.Status)
            .ToDictionary(group => group.Key, group => group.Select(one => one.Code).Order(StringComparer.Ordinal).ToArray()));
    }

    private static IEnumerable<(int Status, string Code)> Bodies(BodyKind body) =>
        ((int, string)[])[(400, "json.malformed"), (413, "body.too_large"), (415, "body.media_type")];

    /// <summary>Codes of the things that the path names.</summary>
    private static IEnumerable<(int Status, string Code)> Named(string path) =>
        path.StartsWith("/api/v1/rollouts/{id}", StringComparison.Ordinal) ? [(404, "rollout.not_found")]
        : path.StartsWith("/api/v1/plans/{name}", StringComparison.Ordinal) ? [(404, "plan.not_found")]
        : path.StartsWith("/api/v1/segments/{environment}/{key}", StringComparison.Ordinal) ? [(404, "segment.not_found")]
        : path.StartsWith("/api/v1/incidents/{id}", StringComparison.Ordinal) ? [(404, "incident.not_found")]
        : [];

    private static IEnumerable<(int Status, string Code)> Conflicts(params string[] codes) => codes.Select(code => (409, code));

    private static IEnumerable<(int Status, string Code)> Decisions() =>
    [
        .. Conflicts(Statuses), (403, "review.role"), (404, "review.not_found"),
        .. Conflicts("review.closed", "review.already_decided", "review.own_override"),
    ];

    private static IEnumerable<(int Status, string Code)> Pushes() =>
        [(403, "access.other_rollout"), (403, "push.signature"), (403, "push.unsigned")];
}
