using System.Text.Json;

namespace Orchestrator.Api.Client;

/// <summary>Samples and alerts of services.</summary>
public sealed partial class IngestApi
{
    private readonly Transport _transport;

    internal IngestApi(Transport transport) => _transport = transport;

    /// <summary>Push metric samples.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/metrics", Body = typeof(MetricPush), Answer = typeof(PushReceipt), Status = 202)]
    public Task<Answer<PushReceipt>> Push(string id, MetricPush body, CancellationToken stop = default) =>
        _transport.Ask(
            $"/api/v1/rollouts/{id}/metrics", null, Content.Of(body, WireJson.Default.MetricPush), WireJson.Default.PushReceipt, stop,
            repeatable: false);

    /// <summary>Hand in a message of an alert manager.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/alerts", Body = typeof(AlertMessage), Answer = typeof(AlertReceipt), IsCommand = true)]
    public Task<Answer<AlertReceipt>> Alerts(
        string id, AlertMessage body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/alerts", Content.Of(body, WireJson.Default.AlertMessage), options,
            WireJson.Default.AlertReceipt, stop);

    /// <summary>Export OTLP metrics for a rollout.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/otlp/v1/metrics", Body = typeof(JsonElement), Answer = typeof(OtlpReceipt))]
    public Task<Answer<OtlpReceipt>> Export(string id, JsonElement body, CancellationToken stop = default) =>
        _transport.Ask(
            $"/api/v1/rollouts/{id}/otlp/v1/metrics", null, Content.Of(body, WireJson.Default.JsonElement),
            WireJson.Default.OtlpReceipt, stop, repeatable: false);

    /// <summary>Export OTLP metrics; data points name their rollout.</summary>
    /// <param name="body">Body.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/v1/metrics", Body = typeof(JsonElement), Answer = typeof(OtlpReceipt))]
    public Task<Answer<OtlpReceipt>> ExportAll(JsonElement body, CancellationToken stop = default) =>
        _transport.Ask(
            "/v1/metrics", null, Content.Of(body, WireJson.Default.JsonElement), WireJson.Default.OtlpReceipt, stop, repeatable: false);
}
