using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Orchestrator.Api.Client;

/// <summary>Events as they happen.</summary>
public sealed class EventApi
{
    /// <summary>Wait before a client comes back, where the server names none.</summary>
    private static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(2);

    private readonly Transport _transport;

    internal EventApi(Transport transport) => _transport = transport;

    /// <summary>Follow events as they happen.</summary>
    /// <param name="query">Begin and filter; null for all from now on.</param>
    /// <param name="options">Conduct at the end of the stream; null ends with it.</param>
    /// <param name="stop">Ends the stream.</param>
    [Operation("GET", "/api/v1/stream", Query = typeof(StreamQuery), Media = ["text/event-stream"])]
    public async IAsyncEnumerable<LoggedEvent> Follow(
        StreamQuery? query = null, FollowOptions? options = null, [EnumeratorCancellation] CancellationToken stop = default)
    {
        var (asked, resume) = (query ?? new(), options is { Resume: true });
        var after = asked.After;
        while (true)
        {
            var (broken, wait) = ((Exception?)null, UsualWait);
            var stream = Once(stop).GetAsyncEnumerator(stop);
            await using (stream.ConfigureAwait(false))
            {
                while (true)
                {
                    try
                    {
                        if (!await stream.MoveNextAsync().ConfigureAwait(false))
                        {
                            break;
                        }
                    }
                    catch (Exception e) when (resume && MayComeBack(e) && !stop.IsCancellationRequested)
                    {
                        broken = e;
                        wait = e is OrchestratorApiException { RetryAfter: { } later } ? later : wait;
                        break;
                    }

                    after = stream.Current.Position;
                    yield return stream.Current;
                }
            }

            if (!resume)
            {
                yield break;
            }

            options?.Interrupted?.Invoke(broken);
            await Task.Delay(wait, _transport.Options.Time, stop).ConfigureAwait(false);

            async IAsyncEnumerable<LoggedEvent> Once([EnumeratorCancellation] CancellationToken ends)
            {
                // Without a position a stream that breaks before its first event would leave a gap.
                after ??= resume
                    ? (long?)(await _transport.Read("/api/v1/node", null, WireJson.Default.Node, ends).ConfigureAwait(false)).Value.Position
                    : null;
                var call = new Call(HttpMethod.Get, Transport.Target("/api/v1/stream", asked with { After = after }))
                {
                    Accept = "text/event-stream",
                };
                var (response, server) = await _transport.Open(call, ends).ConfigureAwait(false);
                using (response)
                {
                    options?.Opened?.Invoke(server);
                    var most = _transport.Options.MostBytes;
                    var events = new SseReader(
                        await response.Content.ReadAsStreamAsync(ends).ConfigureAwait(false), most,
                        () => Transport.TooLarge((int)response.StatusCode, server, most));
                    while (await events.Next(ends).ConfigureAwait(false) is { } one)
                    {
                        wait = events.Retry ?? wait;
                        yield return Read(one.Data, server);
                    }
                }
            }
        }
    }

    /// <summary>Get every event of a rollout, oldest first, piece by piece.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="query">Filter; null for all.</param>
    /// <param name="stop">Ends the reading.</param>
    [Operation(
        "GET", "/api/v1/rollouts/{id}/events", Query = typeof(EventTypes), Media = ["application/x-ndjson"],
        Form = "as lines")]
    public async IAsyncEnumerable<LoggedEvent> All(
        string id, EventTypes? query = null, [EnumeratorCancellation] CancellationToken stop = default)
    {
        var call = new Call(HttpMethod.Get, Transport.Target($"/api/v1/rollouts/{id}/events", query)) { Accept = "application/x-ndjson" };
        var (response, server) = await _transport.Open(call, stop).ConfigureAwait(false);
        using (response)
        {
            var most = _transport.Options.MostBytes;
            var lines = new LineReader(
                await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false), most,
                () => Transport.TooLarge((int)response.StatusCode, server, most));
            while (await lines.Next(stop).ConfigureAwait(false) is { } line)
            {
                if (line.Length > 0)
                {
                    yield return Read(line, server);
                }
            }
        }
    }

    private static bool MayComeBack(Exception e) =>
        e is OrchestratorUnreachableException or IOException or HttpRequestException or OrchestratorApiException { Status: 503 };

    private static LoggedEvent Read(string text, Uri server)
    {
        try
        {
            return JsonSerializer.Deserialize(text, WireJson.Default.LoggedEvent) is { } one ? one : throw new JsonException("null");
        }
        catch (JsonException broken)
        {
            throw new OrchestratorApiException(
                200,
                new Problem
                {
                    Status = 200,
                    Code = OrchestratorApiException.Unreadable,
                    Detail = string.Create(CultureInfo.InvariantCulture, $"An event of {server} cannot be read: {broken.Message}"),
                },
                null, server, broken);
        }
    }
}
