using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Api.Client;

/// <summary>Sends requests to the first server that answers, and reads answers within their bound.</summary>
internal sealed class Transport : IDisposable
{
    /// <summary>Codes of a node that cannot serve a request which another node can.</summary>
    private static readonly string[] Elsewhere =
        ["node.evaluation_only", "node.stopping", "node.catching_up", "node.too_many_connections"];

    private readonly ApiClientOptions _options;
    private readonly HttpClient _http;

    /// <summary>Index of the server that answered last.</summary>
    private volatile int _first;

    public Transport(ApiClientOptions options)
    {
        if (options.Servers.Count == 0)
        {
            throw new ArgumentException("Name at least one server.", nameof(options));
        }

        if (options.Servers.FirstOrDefault(one => !one.IsAbsoluteUri || one.Scheme is not ("http" or "https")) is { } wrong)
        {
            throw new ArgumentException($"'{wrong}' is no http or https address.", nameof(options));
        }

        _options = options;
        _http = new HttpClient(options.Handler ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AutomaticDecompression = DecompressionMethods.All,
        })
        {
            // Each try has its own bound.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public ApiClientOptions Options => _options;

    public void Dispose() => _http.Dispose();

    /// <summary>Reads a resource.</summary>
    public async Task<Answer<T>> Read<T>(PathText path, QueryValues? query, JsonTypeInfo<T> type, CancellationToken stop) =>
        Parse(Checked(await Send(new Call(HttpMethod.Get, Target(path, query)), stop).ConfigureAwait(false)), type);

    /// <summary>Reads a resource that is text.</summary>
    public async Task<Answer<string>> ReadText(PathText path, QueryText query, string accept, CancellationToken stop)
    {
        var raw = Checked(
            await Send(new Call(HttpMethod.Get, path.ToString() + query) { Accept = accept }, stop).ConfigureAwait(false));
        return With(raw, raw.Text);
    }

    /// <summary>Asks a question that is posted. It changes nothing, so any server may get it.</summary>
    public async Task<Answer<T>> Ask<T>(
        PathText path, QueryValues? query, Content? content, JsonTypeInfo<T> type, CancellationToken stop, bool repeatable = true) =>
        Parse(
            Checked(await Send(
                new Call(HttpMethod.Post, Target(path, query)) { Content = content, Repeatable = repeatable }, stop).ConfigureAwait(false)),
            type);

    /// <summary>Hands in something that is no command, and has no answer.</summary>
    public async Task<Answer> Ask(PathText path, Content? content, CancellationToken stop) =>
        Bare(Checked(await Send(new Call(HttpMethod.Post, path.ToString()) { Content = content }, stop).ConfigureAwait(false)));

    public async Task<Answer<T>> Command<T>(
        HttpMethod method, PathText path, Content? content, CommandOptions? options, JsonTypeInfo<T> type, CancellationToken stop) =>
        Parse(await RawCommand(method, path, content, options, stop).ConfigureAwait(false), type);

    public async Task<Answer> Command(
        HttpMethod method, PathText path, Content? content, CommandOptions? options, CancellationToken stop) =>
        Bare(await RawCommand(method, path, content, options, stop).ConfigureAwait(false));

    /// <summary>The raw answer to a command that succeeded.</summary>
    public async Task<RawAnswer> RawCommand(
        HttpMethod method, PathText path, Content? content, CommandOptions? options, CancellationToken stop)
    {
        List<KeyValuePair<string, string>> headers =
            [new("Idempotency-Key", options?.IdempotencyKey ?? Guid.NewGuid().ToString("N"))];
        if (options?.ExpectedVersion is { } version)
        {
            headers.Add(new("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{version}\"")));
        }

        return Checked(await Send(
            new Call(method, path.ToString()) { Content = content, Headers = headers, Repeatable = true }, stop).ConfigureAwait(false));
    }

    /// <summary>Any request; failures are answers.</summary>
    public Task<RawAnswer> Send(RawRequest request, CancellationToken stop)
    {
        if (!request.Target.StartsWith('/'))
        {
            throw new ArgumentException($"A target begins with '/', but is '{request.Target}'.", nameof(request));
        }

        var call = new Call(request.Method, request.Target)
        {
            Content = request.Body is { } body ? new Content(body, request.MediaType) : null,
            Accept = request.Accept,
            Headers = request.Headers,
            Repeatable = request.Repeatable ?? (request.Method == HttpMethod.Get
                || request.Headers.Any(one => string.Equals(one.Key, "Idempotency-Key", StringComparison.OrdinalIgnoreCase))),
        };
        return Send(call, stop);
    }

    /// <summary>The first answer of a server, read to its end.</summary>
    public async Task<RawAnswer> Send(Call call, CancellationToken stop)
    {
        RawAnswer? refused = null;
        var credential = await Credential(stop).ConfigureAwait(false);
        var (answer, unreached) = await First(
            call,
            async (server, ends) =>
            {
                using var response = await Begin(call, credential, server, ends).ConfigureAwait(false);
                var raw = await Raw(response, server, ends).ConfigureAwait(false);
                refused = IsElsewhere(raw) ? raw : refused;
                return IsElsewhere(raw) ? null : raw;
            },
            _options.Timeout,
            stop).ConfigureAwait(false);
        return answer ?? refused ?? throw unreached!;
    }

    /// <summary>A response whose body is read piece by piece. A failure throws.</summary>
    public async Task<(HttpResponseMessage Response, Uri Server)> Open(Call call, CancellationToken stop)
    {
        RawAnswer? refused = null;
        var credential = await Credential(stop).ConfigureAwait(false);
        var (opened, unreached) = await First(
            call,
            async (server, ends) =>
            {
                var response = await Begin(call, credential, server, ends).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    return Tuple.Create(response, server);
                }

                using (response)
                {
                    var raw = await Raw(response, server, ends).ConfigureAwait(false);
                    refused = IsElsewhere(raw) ? raw : throw Failure(raw);
                    return null;
                }
            },
            _options.Timeout,
            stop).ConfigureAwait(false);
        if (opened is null)
        {
            throw refused is null ? unreached! : (Exception)Failure(refused);
        }

        return (opened.Item1, opened.Item2);
    }

    /// <summary>The answer, when it is a success.</summary>
    public static RawAnswer Checked(RawAnswer raw) => raw.IsSuccess ? raw : throw Failure(raw);

    public static Answer<T> Parse<T>(RawAnswer raw, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(raw.Text, type) is { } value ? With(raw, value) : throw Unreadable(raw, null);
        }
        catch (JsonException broken)
        {
            throw Unreadable(raw, broken);
        }
    }

    public static Answer<T> With<T>(RawAnswer raw, T value) => new()
    {
        Value = value,
        Status = raw.Status,
        Version = Version(raw),
        Location = raw.Header("Location"),
        Server = raw.Server,
    };

    public static string Target(PathText path, QueryValues? query)
    {
        var text = new QueryText();
        query?.Write(text);
        return path.ToString() + text;
    }

    private static Answer Bare(RawAnswer raw) => new() { Status = raw.Status, Version = Version(raw), Server = raw.Server };

    private static long? Version(RawAnswer raw) => raw.Header("ETag") is ['"', .. var inner, '"']
        && long.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : null;

    /// <summary>True for a 503 of something in between, and of a node that cannot serve this.</summary>
    private static bool IsElsewhere(RawAnswer raw) =>
        raw.Status == 503 && (Read(raw) is not { } problem || Elsewhere.Contains(problem.Code, StringComparer.Ordinal));

    private static OrchestratorApiException Failure(RawAnswer raw)
    {
        if (raw.Status is >= 300 and < 400)
        {
            return Told(
                raw, OrchestratorApiException.Redirect,
                $"{raw.Server} answered {raw.Status}, which leads elsewhere; redirects are not followed.");
        }

        return Read(raw) is { } problem
            ? new OrchestratorApiException(raw.Status, problem, RetryAfter(raw), raw.Server)
            : Told(
                raw, string.Create(CultureInfo.InvariantCulture, $"http.{raw.Status}"),
                $"{raw.Server} answered {raw.Status} without a problem of the API.");
    }

    private static OrchestratorApiException Unreadable(RawAnswer raw, Exception? inner) => Told(
        raw, OrchestratorApiException.Unreadable,
        $"The answer of {raw.Server} is not of the expected shape{(inner is null ? "." : $": {inner.Message}")}", inner);

    private static OrchestratorApiException Told(RawAnswer raw, string code, string detail, Exception? inner = null) =>
        new(raw.Status, new Problem { Status = raw.Status, Code = code, Detail = detail }, RetryAfter(raw), raw.Server, inner);

    /// <summary>The problem in an answer; null when it has none.</summary>
    private static Problem? Read(RawAnswer raw)
    {
        try
        {
            return raw.Header("Content-Type")?.StartsWith("application/problem+json", StringComparison.OrdinalIgnoreCase) == true
                && JsonSerializer.Deserialize(raw.Text, WireJson.Default.Problem) is { Code.Length: > 0 } problem
                    ? problem
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static TimeSpan? RetryAfter(RawAnswer raw) =>
        int.TryParse(raw.Header("Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>
    /// Tries the servers in order, from the one that answered last on. A request that may not be repeated goes on to the next server only
    /// while no connection was made.
    /// </summary>
    private async Task<(T? Answer, OrchestratorUnreachableException? Unreached)> First<T>(
        Call call, Func<Uri, CancellationToken, Task<T?>> attempt, TimeSpan patience, CancellationToken stop)
        where T : class
    {
        var (servers, first) = (_options.Servers, _first);
        List<UnreachableServer> failed = [];
        Exception? last = null;
        var taken = false;
        for (var i = 0; i < servers.Count; i++)
        {
            var index = (first + i) % servers.Count;
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
            ends.CancelAfter(patience);
            try
            {
                if (await attempt(servers[index], ends.Token).ConfigureAwait(false) is { } answer)
                {
                    _first = index;
                    return (answer, null);
                }

                failed.Add(new UnreachableServer(servers[index], "does not serve this request"));
            }
            catch (Exception e) when ((e is HttpRequestException or IOException or OperationCanceledException)
                && !stop.IsCancellationRequested)
            {
                last = e;
                taken |= !NotSent(e);
                failed.Add(new UnreachableServer(servers[index], Reason(e, patience)));
                if (!NotSent(e) && !call.Repeatable)
                {
                    break;
                }
            }
        }

        return (null, new OrchestratorUnreachableException(failed, taken && call.Method != HttpMethod.Get, last));
    }

    /// <summary>True when no connection was made, so that no server has the request.</summary>
    private static bool NotSent(Exception e) => e is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    private static string Reason(Exception e, TimeSpan patience) => e is OperationCanceledException
        ? string.Create(CultureInfo.InvariantCulture, $"no answer within {patience.TotalSeconds:0.###} s")
        : (e.InnerException ?? e).Message.TrimEnd('.');

    private async ValueTask<string?> Credential(CancellationToken stop) =>
        _options.Credential is { } credential ? await credential(stop).ConfigureAwait(false) : null;

    private async Task<HttpResponseMessage> Begin(Call call, string? credential, Uri server, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(call.Method, Address(server, call.Target)) { Content = call.Content?.Make() };
        if (call.Accept is { } accept)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        if (_options.UserAgent is { } agent)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", agent);
        }

        foreach (var (name, value) in call.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (!string.IsNullOrEmpty(credential))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
    }

    /// <summary>The path of a base address stays in front: a node may be behind a proxy.</summary>
    private static Uri Address(Uri server, string target) => new(server.GetLeftPart(UriPartial.Path).TrimEnd('/') + target);

    private async Task<RawAnswer> Raw(HttpResponseMessage response, Uri server, CancellationToken stop)
    {
        KeyValuePair<string, string>[] headers =
        [
            .. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
                .Select(header => new KeyValuePair<string, string>(header.Key, header.Value.ToString())),
        ];
        return new RawAnswer((int)response.StatusCode, await Text(response, server, stop).ConfigureAwait(false), headers, server);
    }

    private async Task<string> Text(HttpResponseMessage response, Uri server, CancellationToken stop)
    {
        var stream = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var body = new MemoryStream();
            var piece = new byte[16 * 1024];
            while (await stream.ReadAsync(piece, stop).ConfigureAwait(false) is var read and > 0)
            {
                if (body.Length + read > _options.MostBytes)
                {
                    throw TooLarge((int)response.StatusCode, server, _options.MostBytes);
                }

                body.Write(piece, 0, read);
            }

            return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
        }
    }

    /// <summary>Failure of an answer that is longer than its bound.</summary>
    public static OrchestratorApiException TooLarge(int status, Uri server, int most) => new(
        status,
        new Problem
        {
            Status = status,
            Code = OrchestratorApiException.TooLarge,
            Detail = $"The answer of {server} has more than {most} bytes.",
        },
        null, server);
}

/// <summary>A request before it has a server.</summary>
internal sealed record Call(HttpMethod Method, string Target)
{
    public Content? Content { get; init; }

    public string? Accept { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>True when two servers may get it.</summary>
    public bool Repeatable { get; init; } = Method == HttpMethod.Get;
}
