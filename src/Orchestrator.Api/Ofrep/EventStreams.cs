using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Streams;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>Tells clients that their flags have changed. What they are now they ask themselves.</summary>
internal sealed class EventStreams(
    IRoutingTables tables, INodeStanding node, IEvaluationKeys keys, StreamTokens tokens, StreamAdmission admission, TableChangeSignal news, TimeProvider time, TimeProvider steady)
{
    public const string Path = "/ofrep/v1/stream";

    /// <summary>
    /// What a bulk answer says: path and query, to be completed with the address the client uses itself. It names the answer's state, so
    /// that nothing is lost which changes before the stream is open.
    /// </summary>
    public static string Address(in BulkRequest request, StreamTokens tokens) => string.Create(
        CultureInfo.InvariantCulture, $"{Path}?timeline={request.Table.Timeline}&after={request.Since}&token={tokens.Give(request.Key, request.Expiry)}");

    /// <summary>By the token in the address or, for a client that can, by the key as for an evaluation; null when the stream may be followed.</summary>
    public OfrepRefusal? Enter(HttpContext http, OfrepAuthentication authentication, out Access access) => Check(http, authentication, out access)
        ?? ((access = access with { Place = admission.TryEnter(access.Key.Id, access.Key.Browser ? StreamClient.Browser : StreamClient.Server, out var full) }).Place is null
            ? new OfrepRefusal(503, full, StreamAdmission.SecondsToWait())
            : null);

    /// <summary>Until the client goes, the node stops, or what opened the stream ends. To be called once for each that entered.</summary>
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
            // The client went, its token or key ended, or the node stops.
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
            : keys.AreKnown ? new OfrepRefusal(401, "This token opens nothing any more: ask for all flags, the answer has a new one.")
            : OfrepRefusal.CatchingUp;
    }

    private async Task Follow(EventStream stream, Access access, ClientState known)
    {
        while (true)
        {
            // All of it before the look: what comes in between is seen at the next one.
            var (next, inDoubt) = (news.Next, !node.Now().Standing.IsPlain);
            var table = tables.Current;
            var since = Since(table, access);
            var revision = table.Environment(access.Key.Environment!)?.Revision ?? 0;

            // A node in doubt answers differently as time passes, with no event: its clients ask again at every heartbeat, and once when it is over.
            if (table.Timeline != known.Timeline || since > known.Since || revision != known.Revision || inDoubt || known.InDoubt)
            {
                var data = $$"""{"type":"refetchEvaluation","etag":"{{ConfigEtagWait.Text(table.Timeline, since)}}"}""";
                stream.Add(since.ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(data));
                known = new ClientState(table.Timeline, table.Timeline == known.Timeline ? Math.Max(since, known.Since) : since, inDoubt, revision);
            }

            await stream.Rest(next);
        }
    }

    /// <summary>What the client knows: by the last event it has seen, or by the answer that sent it here; nobody says that the table of now is news.</summary>
    private ClientState First(HttpRequest request, Access access)
    {
        var table = tables.Current;
        return new ClientState(Number(request, "timeline") ?? table.Timeline, EventStream.LastEventId(request) ?? Number(request, "after") ?? Since(table, access), InDoubt: false, Revision: 0);
    }

    private static long? Number(HttpRequest request, string name) =>
        long.TryParse(request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long Since(RoutingTable table, Access access) => table.Environment(access.Key.Environment!)?.Since ?? 0;

    /// <summary>What a stream was opened with.</summary>
    internal readonly record struct Access(EvaluationKey Key, long Expiry, IDisposable? Place = null);

    /// <summary>State of the answers that a client has.</summary>
    private readonly record struct ClientState(long Timeline, long Since, bool InDoubt, long Revision);
}
