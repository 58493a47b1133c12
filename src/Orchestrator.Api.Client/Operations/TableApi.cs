using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Orchestrator.Api.Client;

/// <summary>
/// Routing table of a key's environment. A service that routes users takes the package <c>Orchestrator.Client</c>, which keeps the lease;
/// these are for looking.
/// </summary>
public sealed class TableApi
{
    private readonly Transport _transport;

    internal TableApi(Transport transport) => _transport = transport;

    /// <summary>Get the routing table of the key's environment.</summary>
    /// <param name="query">Format and known members; null for the first format.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/sdk/v1/table", Query = typeof(TableQuery), Answer = typeof(JsonElement))]
    public Task<Answer<JsonElement>> Get(TableQuery? query = null, CancellationToken stop = default) =>
        _transport.Read("/sdk/v1/table", query, WireJson.Default.JsonElement, stop);

    /// <summary>Follow changes of the table: timeline and position of each, <c>1-1042</c>. The table itself is not in them.</summary>
    /// <param name="stop">Ends the stream.</param>
    [Operation("GET", "/sdk/v1/stream", Media = ["text/event-stream"])]
    public async IAsyncEnumerable<string> Changes([EnumeratorCancellation] CancellationToken stop = default)
    {
        var (response, server) = await _transport.Open(
            new Call(HttpMethod.Get, "/sdk/v1/stream") { Accept = "text/event-stream" }, stop).ConfigureAwait(false);
        using (response)
        {
            var most = _transport.Options.MostBytes;
            var events = new SseReader(
                await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false), most,
                () => Transport.TooLarge((int)response.StatusCode, server, most));
            while (await events.Next(stop).ConfigureAwait(false) is { } one)
            {
                yield return one.Id ?? "";
            }
        }
    }
}
