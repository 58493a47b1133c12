using System.Runtime.CompilerServices;

namespace Orchestrator.Api.Client;

/// <summary>The log: audit, verification, checkpoints.</summary>
public sealed partial class LogApi
{
    private readonly Transport _transport;

    internal LogApi(Transport transport) => _transport = transport;

    /// <summary>List events of all streams by actor, type, object and time.</summary>
    /// <param name="query">Filter and page; null for the first changes by people.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/audit", Query = typeof(AuditEventQuery), Answer = typeof(AuditPage))]
    public Task<Answer<AuditPage>> Audit(AuditEventQuery? query = null, CancellationToken stop = default) =>
        _transport.Read("/api/v1/audit", query, WireJson.Default.AuditPage, stop);

    /// <summary>List changes by a key or a person, or by all of them, oldest first.</summary>
    /// <param name="query">Filter and page.</param>
    /// <param name="stop">Ends the call.</param>
    public Task<Answer<AuditPage>> Audit(AuditQuery query, CancellationToken stop = default) =>
        Audit(new AuditEventQuery { Key = query.Key, After = query.After, Limit = query.Limit }, stop);

    /// <summary>
    /// Get all events that a filter includes as a file, oldest first. Its lines of JSON are an export that can be verified without a
    /// server, when no filter but the object leaves events out.
    /// </summary>
    /// <param name="format">Ndjson or csv.</param>
    /// <param name="query">Filter; null for all. Its limit does not count.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "GET", "/api/v1/audit", Query = typeof(AuditEventQuery), QueryWord = "format", QueryWords = ["json", "ndjson", "csv"],
        Media = ["application/x-ndjson", "text/csv"], Form = "as a file")]
    public Task<Answer<string>> AuditFile(string format, AuditEventQuery? query = null, CancellationToken stop = default)
    {
        var text = new QueryText();
        query?.Write(text);
        text.Add("format", format);
        return _transport.ReadText("/api/v1/audit", text, "*/*", stop);
    }

    /// <summary>
    /// Get all events that a filter includes as lines, piece by piece, whatever their number. Of JSON the first line is the head of the
    /// export and the last one its end; of CSV the first line has the titles of the columns.
    /// </summary>
    /// <param name="query">Filter; null for the whole log. Its limit does not count.</param>
    /// <param name="media">Media type: <c>application/x-ndjson</c> or <c>text/csv</c>.</param>
    /// <param name="stop">Ends the reading.</param>
    public async IAsyncEnumerable<string> Export(
        AuditEventQuery? query = null, string media = "application/x-ndjson", [EnumeratorCancellation] CancellationToken stop = default)
    {
        var call = new Call(HttpMethod.Get, Transport.Target("/api/v1/audit", query)) { Accept = media };
        var (response, server) = await _transport.Open(call, stop).ConfigureAwait(false);
        using (response)
        {
            var most = _transport.Options.MostBytes;
            var lines = new LineReader(
                await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false), most,
                () => Transport.TooLarge((int)response.StatusCode, server, most));
            while (await lines.Next(stop).ConfigureAwait(false) is { } line)
            {
                yield return line;
            }
        }
    }

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
