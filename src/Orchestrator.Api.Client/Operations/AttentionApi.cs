namespace Orchestrator.Api.Client;

/// <summary>Everything that needs a person.</summary>
public sealed partial class AttentionApi
{
    private readonly Transport _transport;

    internal AttentionApi(Transport transport) => _transport = transport;

    /// <summary>List what needs a person, the worst first.</summary>
    /// <param name="query">Filter and page; null for the beginning of all.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/attention", Query = typeof(AttentionQuery), Answer = typeof(AttentionList))]
    public Task<Answer<AttentionList>> List(AttentionQuery? query = null, CancellationToken stop = default) =>
        _transport.Read("/api/v1/attention", query, WireJson.Default.AttentionList, stop);
}
