using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Streams;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>Event streams: notify clients that their flags changed. Clients then fetch the new values.</summary>
internal sealed class EventStreams(
    IRoutingTables tables, ITableTrust node, IEvaluationKeys keys, StreamTokens tokens, StreamAdmission admission, TableChangeSignal signal,
    TimeProvider time, TimeProvider steady)
{
    public const string Path = "/ofrep/v1/stream";

    /// <summary>
    /// Path and query of the stream in a bulk answer, relative to the address the client uses. It names the answer's state, so
    /// that a change before the stream opens is not lost.
    /// </summary>
    public static string Address(in BulkRequest request, StreamTokens tokens) => string.Create(
        CultureInfo.InvariantCulture, $"{Path}?timeline={request.Table.Timeline}&after={request.Since}&token={tokens.Give(request.Key, request.Expiry)}");

    /// <summary>
    /// Checks the token in the address or, where a client sends headers, the key as for an evaluation; null when the stream may be opened.
    /// </summary>
    public OfrepRefusal? Enter(HttpContext http, OfrepAuthentication authentication, out Access access) =>
        Check(http, authentication, out access)
        ?? ((access = access with
        {
            Place = admission.TryEnter(
            access.Key.Id, access.Key.Browser ? StreamClient.Browser : StreamClient.Server, out var full)
        }).Place is null
            ? new OfrepRefusal(503, full, StreamAdmission.SecondsToWait())
            : null);

    /// <summary>
    /// Runs until the client disconnects, the node stops, or the key or token ends. Called once for each admitted stream.
    /// </summary>
    public async Task Follow(HttpContext http, Access access)
    {
        try
        {
            var known = First(http.Request, access);
            using var stream = await EventStream.Open(
                http, time, () => access.Expiry > steady.GetUtcNow().ToUnixTimeSeconds() && keys.Working(access.Key.Id) == access.Key);
            await Follow(stream, access, known);
        }
        catch (OperationCanceledException)
        {
            // The client disconnected, its token or key ended, or the node stops.
        }
        finally
        {
            access.Place!.Dispose();
        }
    }

    private OfrepRefusal? Check(HttpContext http, OfrepAuthentication authentication, out Access access)
    {
        var now = steady.GetUtcNow();
        if (http.Request.Query["token"].ToString() is not { Length: > 0 } token)
        {
            var refusal = authentication.Check(http.Request, out var key);
            access = new Access(key, StreamTokens.Expiry(now));
            return refusal;
        }

        var read = tokens.Read(token, now);
        access = read is { } known ? new Access(known.Key, known.Expiry) : default;
        return read is not null ? null
            : keys.AreKnown ? new OfrepRefusal(401, "Expired or revoked stream token. Evaluate all flags; the response has a new one.")
            : OfrepRefusal.CatchingUp;
    }

    private async Task Follow(EventStream stream, Access access, ClientState known)
    {
        while (true)
        {
            // All of it before the check: a change in between is seen at the next one.
            var (next, inDoubt) = (signal.Next, !node.Now().Trust.IsPlain);
            var table = tables.Current;
            var since = Since(table, access);
            var revision = table.Environment(access.Key.Environment!)?.Revision ?? 0;

            // The answers of a node in doubt change with time, without an event: its clients fetch again at every heartbeat, and once after
            // the doubt.
            if (table.Timeline != known.Timeline || since > known.Since || revision != known.Revision || inDoubt || known.InDoubt)
            {
                var data = $$"""{"type":"refetchEvaluation","etag":"{{ConfigEtagWait.Text(table.Timeline, since)}}"}""";
                stream.Add(since.ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(data));
                known = new ClientState(
                    table.Timeline, table.Timeline == known.Timeline ? Math.Max(since, known.Since) : since, inDoubt, revision);
            }

            await stream.Rest(next);
        }
    }

    /// <summary>
    /// State known to the client: from its last event, or from the bulk answer with this address; the present table is not an event by
    /// itself.
    /// </summary>
    private ClientState First(HttpRequest request, Access access)
    {
        var table = tables.Current;
        return new ClientState(Number(request, "timeline") ?? table.Timeline,
            EventStream.LastEventId(request) ?? Number(request, "after") ?? Since(table, access), InDoubt: false, Revision: 0);
    }

    private static long? Number(HttpRequest request, string name) =>
        long.TryParse(request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long Since(RoutingTable table, Access access) => table.Environment(access.Key.Environment!)?.Since ?? 0;

    /// <summary>Credentials that opened a stream.</summary>
    internal readonly record struct Access(EvaluationKey Key, long Expiry, IDisposable? Place = null);

    /// <summary>State of the answers that a client has.</summary>
    private readonly record struct ClientState(long Timeline, long Since, bool InDoubt, long Revision);
}
