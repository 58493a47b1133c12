using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Orchestrator.Benchmarks.Hostile;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Soak;

/// <summary>
/// Misuse by each role and without one: one act after the other, some time apart, so that the measured load is the refusals and not a
/// flood.
/// </summary>
internal sealed class Misuse : IAsyncDisposable
{
    private const long Beyond = long.MaxValue;
    private static readonly string[] Roles = ["viewer", "support", "product", "engineering", "devops", "admin", "evaluation", "ingest", "browser"];
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Left = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<(string Role, int Status), int> _answers = [];
    private readonly ConcurrentDictionary<string, int> _errors = [];
    private readonly List<HttpClient> _clients = [];
    private readonly BenchSilo _silo;
    private Task _all = Task.CompletedTask;

    private Misuse(BenchSilo silo) => _silo = silo;

    /// <summary>Responses of 5xx without Retry-After.</summary>
    public int Errors => _errors.Values.Sum();

    public long Asked => _answers.Values.Sum(static count => (long)count);

    /// <summary>Answers by role and status.</summary>
    public string Told =>
        string.Join("; ", _answers.GroupBy(one => one.Key.Role).OrderBy(one => one.Key, StringComparer.Ordinal).Select(role =>
        $"{role.Key} {string.Join(", ", role.OrderBy(one => one.Key.Status).Select(one => $"{one.Key.Status}: {one.Value}"))}"));

    public static async Task<Misuse> Begin(BenchSilo silo)
    {
        var misuse = new Misuse(silo);
        var keys = new Dictionary<string, string>();
        foreach (var role in Roles)
        {
            keys[role] = (await silo.NewKey(role, role is "evaluation" or "browser" ? "production" : null)).Text;
        }

        misuse._all = Task.WhenAll([.. Roles.Select(role => misuse.Again(role, [.. misuse.Acts(role, misuse.As(keys[role]))])),
            misuse.Again("without key", [.. misuse.WithoutKey()])]);
        return misuse;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _all;
        _clients.ForEach(static client => client.Dispose());
        _stop.Dispose();
    }

    private HttpClient As(string? key)
    {
        var client = _silo.As(key);
        _clients.Add(client);
        return client;
    }

    private async Task Again(string role, (string What, Func<Task<int>> Do)[] acts)
    {
        try
        {
            for (var i = 0; !_stop.IsCancellationRequested; i++)
            {
                var (what, act) = acts[i % acts.Length];
                int status;
                try
                {
                    status = await act();
                }
                catch (Exception e) when (e is HttpRequestException or SocketException or IOException or InvalidOperationException)
                {
                    status = 0;
                }
                catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
                {
                    status = 408;
                }

                // A temporary refusal is marked below zero.
                _answers.AddOrUpdate((role, Math.Abs(status)), 1, static (_, count) => count + 1);
                if (status >= 500 && _errors.AddOrUpdate($"{role}: {what}", 1, static (_, count) => count + 1) == 1)
                {
                    Console.WriteLine($"{role} was answered {status} to: {what}");
                }

                await Task.Delay(Spacing, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private IEnumerable<(string What, Func<Task<int>> Do)> Acts(string role, HttpClient http)
    {
        // Acts of every role.
        yield return ("a route of admins", () => Send(http, "GET", "api/v1/keys"));
        yield return ("a method that there is not", () => Send(http, "DELETE", "api/v1/plans"));
        yield return ("a stream beyond the log, left at once", () => Open(http, $"api/v1/stream?after={Beyond}", null, TimeSpan.Zero));
        yield return ("a stream after a last event beyond the log", () => Open(http, "api/v1/stream", $"{Beyond}", TimeSpan.Zero));
        foreach (var act in OfRole(role, http))
        {
            yield return act;
        }
    }

    private IEnumerable<(string What, Func<Task<int>> Do)> OfRole(string role, HttpClient http) => role switch
    {
        "viewer" =>
        [
            ("the log from its beginning, left soon", () => Open(http, "api/v1/stream?after=0", null, TimeSpan.FromMilliseconds(100))),
            ("a stream that is not read", () => Leave(http, "api/v1/stream?after=0")),
            ("a retrospective", () => Send(http, "GET", "api/v1/rollouts/r1/retrospective")),
            ("the whole log verified", () => Send(http, "GET", "api/v1/verify")),
            ("positions that are none", () => Send(http, "GET", $"api/v1/rollouts/r1/events?after=-{Beyond}&limit={Beyond}")),
            ("a rollback", () => Send(http, "POST", "api/v1/rollouts/r1/rollback", """{"reason":"mine"}""")),
            .. Bodies(http, "explain"),
        ],
        "support" =>
        [
            ("feedback in masses", () => Send(http, "POST", "api/v1/rollouts/r1/feedback", """{"kind":"complaint","count":100000}""")),
            ("feedback of ever new kinds", () => Send(http, "POST", "api/v1/rollouts/r1/feedback", $$"""{"kind":"kind-{{Guid.NewGuid():N}}","count":1}""")),
            ("half a body", () => Send(http, "POST", "api/v1/rollouts/r1/feedback", """{"kind":""")),
            ("a pause", () => Send(http, "POST", "api/v1/rollouts/r1/pause", "{}")),
        ],
        "product" =>
        [
            ("approval of nothing", () => Send(http, "POST", "api/v1/rollouts/r1/approve", """{"review":"r1-9999","evidenceHash":"00"}""")),
            ("an objective that there is not", () => Send(http, "POST", "api/v1/rollouts/r1/complete-objective", """{"objective":"none"}""")),
            ("depth", () => Send(http, "POST", "api/v1/rollouts/r1/reject", new string('[', 10_000))),
            ("a rollout that there is not", () => Send(http, "POST", "api/v1/rollouts/none/approve", "{}")),
        ],
        "engineering" =>
        [
            ("pause", () => Send(http, "POST", "api/v1/rollouts/r1/pause", "{}")),
            ("resume", () => Send(http, "POST", "api/v1/rollouts/r1/resume", "{}")),
            ("start again", () => Send(http, "POST", "api/v1/rollouts/r1/start", "{}")),
            ("rollback of nothing", () => Send(http, "POST", "api/v1/rollouts/none/rollback", """{"reason":"x"}""")),
            ("the same flag twice", () => Send(http, "POST", "api/v1/rollouts", """{"id":"r2","plan":"p","environment":"production"}""")),
            ("U+0000", () => Send(http, "POST", "api/v1/rollouts/r1/abort", "{\"reason\":\"\\u0000\"}")),
        ],
        "devops" =>
        [
            .. Bodies(http, "plans"), .. Bodies(http, "segments"),
            ("a flag back and forth", () => Send(http, "PUT", "api/v1/environments/production/flags/f0", $$"""{"value":{{Random.Shared.Next(10)}}}""")),
            ("a flag too large", () => Send(http, "PUT", "api/v1/environments/production/flags/f1", $"{{\"value\":\"{new string('x', 300_000)}\"}}")),
            ("a plan that is none", () => Send(http, "PUT", "api/v1/plans/q", "plan: q", "application/yaml")),
        ],
        "admin" =>
        [
            ("a key made, used for a stream and revoked", () => MakeAndRevoke(http)),
            ("a checkpoint that is none", () => Send(http, "POST", "api/v1/checkpoint/verify", """{"streams":[{"stream":"x","version":-1}]}""")),
            ("the audit from beyond", () => Send(http, "GET", $"api/v1/audit?after={Beyond}")),
            ("refusals", () => Send(http, "GET", "api/v1/audit/refusals?limit=100000")),
            ("a notification that there is not", () => Send(http, "POST", "api/v1/notifications/none/retry", "{}")),
        ],
        "evaluation" =>
        [
            .. Bodies(http, "OFREP"),
            ("a table, and the stream left", () => Open(http, "sdk/v1/stream", $"{Beyond}-{Beyond}", TimeSpan.FromMilliseconds(50))),
            ("a table stream that is not read", () => Leave(http, "sdk/v1/stream")),
            ("tables", () => Send(http, "GET", "sdk/v1/table")),
            ("a stream with a token that is none", () => Open(http, $"ofrep/v1/stream?timeline=1&after={Beyond}&token=AAAA", null, TimeSpan.Zero)),
        ],
        "ingest" =>
        [
            .. Bodies(http, "metrics"), .. Bodies(http, "OTLP JSON"), .. Bodies(http, "OTLP gzip"), .. Bodies(http, "OTLP protobuf"), .. Bodies(http, "alerts"),
            ("samples of tomorrow", () => Send(http, "POST", "api/v1/rollouts/r1/metrics", """{"samples":[{"at":"9998-01-01T00:00:00Z","variant":"new","counters":{"requests":9223372036854775807}}]}""")),
        ],
        "browser" =>
        [
            .. Bodies(http, "OFREP"),
            ("all flags, again and again", () => Send(http, "POST", "ofrep/v1/evaluate/flags", """{"context":{"targetingKey":"u"}}""")),
            ("the table", () => Send(http, "GET", "sdk/v1/table")),
            ("a stream with a token that is none", () => Open(http, "ofrep/v1/stream?timeline=9&after=9&token=x.y.z", null, TimeSpan.Zero)),
        ],
        _ => throw new InvalidOperationException($"No acts of {role}."),
    };

    private IEnumerable<(string What, Func<Task<int>> Do)> WithoutKey()
    {
        var (none, wrong) = (As(null), As("rok_a_key_that_opens_nothing_at_all"));
        yield return ("no key", () => Send(none, "GET", "api/v1/rollouts"));
        yield return ("a wrong key", () => Send(wrong, "POST", "ofrep/v1/evaluate/flags", "{}"));
        yield return ("no HTTP", () => Talk("\u0016\u0003\u0001 no request\r\n\r\n"));
        yield return ("a header without an end", () => Talk("GET / HTTP/1.1\r\nHost: silo\r\nX: " + new string('x', 60_000)));
        yield return ("two lengths", () => Talk("POST /api/v1/plans/validate HTTP/1.1\r\nHost: silo\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"));
        yield return ("idle connections", Idle);
    }

    private IEnumerable<(string What, Func<Task<int>> Do)> Bodies(HttpClient http, string door) =>
        HostileBodies.All.Where(body => body.Door == door).Select(body => ($"{door}: {body.What}", (Func<Task<int>>)(() => Send(http, body))));

    private Task<int> Send(HttpClient http, string method, string path, string? body = null, string type = "application/json") =>
        Status(http, new HttpRequestMessage(new HttpMethod(method),
            path)
        { Content = body is null ? null : new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)) });

    private Task<int> Send(HttpClient http, Body body)
    {
        var request = new HttpRequestMessage(new HttpMethod(body.Method), body.Path) { Content = new ByteArrayContent(body.Content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(body.Type);
        if (body.Encoding is { } encoding)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        return Status(http, request);
    }

    private async Task<int> Status(HttpClient http, HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await http.SendAsync(request, _stop.Token);
            return Of(answer);
        }
    }

    /// <summary>Below zero for a 503 with Retry-After.</summary>
    private static int Of(HttpResponseMessage answer) =>
        answer is { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: not null }
            ? -(int)answer.StatusCode
            : (int)answer.StatusCode;

    private async Task<int> Open(HttpClient http, string path, string? last, TimeSpan stay)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (last is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
        }

        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
        await Task.Delay(stay, _stop.Token);
        return Of(answer);
    }

    /// <summary>Opens a stream and neither reads nor closes it for a while; others go on meanwhile.</summary>
    private async Task<int> Leave(HttpClient http, string path)
    {
        var answer = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, _stop.Token);
        _ = Task.Delay(Left, _stop.Token)
            .ContinueWith(_ => answer.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return Of(answer);
    }

    private async Task<int> MakeAndRevoke(HttpClient http)
    {
        var (id, text) = await _silo.NewKey("viewer", null);
        using var viewer = _silo.As(text);
        await Leave(viewer, "api/v1/stream?after=0");
        return await Send(http, "DELETE", $"api/v1/keys/{id}");
    }

    private async Task<int> Talk(string text)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _silo.Server.Address.Port, _stop.Token);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text), _stop.Token);
        client.Client.Shutdown(SocketShutdown.Send);
        var buffer = new byte[64];
        var read = await client.GetStream().ReadAsync(buffer, _stop.Token);
        return read >= 12 && int.TryParse(Encoding.ASCII.GetString(buffer, 9, 3), out var status) ? status : 0;
    }

    private async Task<int> Idle()
    {
        var idle = Enumerable.Range(0, 20).Select(_ => new TcpClient()).ToList();
        await Task.WhenAll(idle.Select(one => one.ConnectAsync(IPAddress.Loopback, _silo.Server.Address.Port, _stop.Token).AsTask()));
        _ = Task.Delay(Left, _stop.Token).ContinueWith(
            _ => idle.ForEach(static one => one.Dispose()), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return 0;
    }
}
