namespace Orchestrator.Api.Client;

/// <summary>The log: audit, verification, checkpoints.</summary>
public sealed partial class LogApi
{
    private readonly Transport _transport;

    internal LogApi(Transport transport) => _transport = transport;

    /// <summary>List changes by a key or a person, or by all of them, oldest first.</summary>
    /// <param name="query">Filter and page; null for the beginning of all.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/audit", Query = typeof(AuditQuery), Answer = typeof(AuditPage))]
    public Task<Answer<AuditPage>> Audit(AuditQuery? query = null, CancellationToken stop = default) =>
        _transport.Read("/api/v1/audit", query, WireJson.Default.AuditPage, stop);

    /// <summary>List requests refused by the node since its start, oldest first.</summary>
    /// <param name="query">Filter and page; null for the beginning of all.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/audit/refusals", Query = typeof(AuditQuery), Answer = typeof(RefusalPage))]
    public Task<Answer<RefusalPage>> Refusals(AuditQuery? query = null, CancellationToken stop = default) =>
        _transport.Read("/api/v1/audit/refusals", query, WireJson.Default.RefusalPage, stop);

    /// <summary>Verify the hash chains of the whole log.</summary>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/verify", Answer = typeof(LogVerification))]
    public Task<Answer<LogVerification>> Verify(CancellationToken stop = default) =>
        _transport.Read("/api/v1/verify", null, WireJson.Default.LogVerification, stop);

    /// <summary>Verify the hash chain of one stream.</summary>
    /// <param name="query">Query; null for the usual one.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/verify", Query = typeof(LogVerificationQuery), Answer = typeof(StreamVerification), Form = "with stream")]
    public Task<Answer<StreamVerification>> VerifyStream(LogVerificationQuery? query = null, CancellationToken stop = default) =>
        _transport.Read("/api/v1/verify", query, WireJson.Default.StreamVerification, stop);

    /// <summary>Create a signed checkpoint of the log.</summary>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/checkpoint", Answer = typeof(Checkpoint))]
    public Task<Answer<Checkpoint>> Checkpoint(CancellationToken stop = default) =>
        _transport.Read("/api/v1/checkpoint", null, WireJson.Default.Checkpoint, stop);

    /// <summary>Verify that the log still has everything of a checkpoint.</summary>
    /// <param name="body">Body.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/checkpoint/verify", Body = typeof(Checkpoint), Answer = typeof(CheckpointVerification))]
    public Task<Answer<CheckpointVerification>> VerifyCheckpoint(Checkpoint body, CancellationToken stop = default) =>
        _transport.Ask(
            "/api/v1/checkpoint/verify", null, Content.Of(body, WireJson.Default.Checkpoint), WireJson.Default.CheckpointVerification,
            stop);
}
