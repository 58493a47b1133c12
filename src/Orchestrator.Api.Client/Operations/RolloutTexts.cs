namespace Orchestrator.Api.Client;

/// <summary>Answers of rollouts with more than one form.</summary>
public sealed partial class RolloutApi
{
    /// <summary>
    /// Roll back to legacy: everyone, or the named segments, or everyone as a ramp. A node that cannot write the log keeps the rollback on
    /// its disk and routes by it at once.
    /// </summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "POST", "/api/v1/rollouts/{id}/rollback", Body = typeof(RollbackRequest), Answer = typeof(Rollout),
        Accepted = typeof(AcceptedRollback), IsCommand = true)]
    public async Task<Answer<RollbackAnswer>> Rollback(
        string id, RollbackRequest body, CommandOptions? options = null, CancellationToken stop = default)
    {
        var content = Content.Of(body, WireJson.Default.RollbackRequest);
        var raw = await _transport.RawCommand(HttpMethod.Post, $"/api/v1/rollouts/{id}/rollback", content, options, stop)
            .ConfigureAwait(false);
        return Transport.With(raw, raw.Status == 202
            ? new RollbackAnswer { Accepted = Transport.Parse(raw, WireJson.Default.AcceptedRollback).Value }
            : new RollbackAnswer { Rollout = Transport.Parse(raw, WireJson.Default.Rollout).Value });
    }

    /// <summary>Get the retrospective as text.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="format">Markdown or html.</param>
    /// <param name="query">Moment of the past; null for now.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "GET", "/api/v1/rollouts/{id}/retrospective", Query = typeof(Moment), QueryWord = "format",
        QueryWords = ["json", "markdown", "html"], Media = ["text/markdown", "text/html"], Form = "as text")]
    public Task<Answer<string>> RetrospectiveText(
        string id, string format, Moment? query = null, CancellationToken stop = default) =>
        Text($"/api/v1/rollouts/{id}/retrospective", format, query, stop);

    /// <summary>Get the comparison with earlier rollouts as text.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="format">Markdown or html.</param>
    /// <param name="query">Number and kind of the earlier rollouts; null for the usual ones.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "GET", "/api/v1/rollouts/{id}/comparison", Query = typeof(RolloutComparisonQuery), QueryWord = "format",
        QueryWords = ["json", "markdown", "html"], Media = ["text/markdown", "text/html"], Form = "as text")]
    public Task<Answer<string>> ComparisonText(
        string id, string format, RolloutComparisonQuery? query = null, CancellationToken stop = default) =>
        Text($"/api/v1/rollouts/{id}/comparison", format, query, stop);

    /// <summary>Get the whole history as a file, oldest first.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="format">Ndjson, csv or markdown.</param>
    /// <param name="query">Filter; null for all. Its page does not count.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "GET", "/api/v1/rollouts/{id}/history", Query = typeof(HistoryQuery), QueryWord = "format",
        QueryWords = ["json", "ndjson", "csv", "markdown"], Media = ["application/x-ndjson", "text/csv", "text/markdown"],
        Form = "as a file")]
    public Task<Answer<string>> HistoryFile(
        string id, string format, HistoryQuery? query = null, CancellationToken stop = default) =>
        Text($"/api/v1/rollouts/{id}/history", format, query, stop);

    private Task<Answer<string>> Text(PathText path, string format, QueryValues? query, CancellationToken stop)
    {
        var text = new QueryText();
        query?.Write(text);
        text.Add("format", format);
        return _transport.ReadText(path, text, "*/*", stop);
    }
}
