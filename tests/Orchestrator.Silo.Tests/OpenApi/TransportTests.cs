using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Api.Client;

namespace Orchestrator.Silo.Tests.OpenApi;

/// <summary>The client's way with servers: order, retries, bounds, failures, streams.</summary>
public sealed class TransportTests
{
    private static readonly Uri One = new("http://one.test/base/");
    private static readonly Uri Two = new("http://two.test");

    private const string Me = """{ "id": "k1", "kind": "key", "role": "admin", "permissions": [], "later": 1 }""";
    private const string Running = """{ "id": "r1", "status": "running", "version": 7 }""";

    [Fact]
    public async Task Next_server_is_asked_when_one_cannot_be_reached_and_stays_the_first()
    {
        var servers = new Servers(request => request.RequestUri!.Host == "one.test" ? throw NoConnection() : Answered(Me));
        using var api = servers.Client(One, Two);

        Assert.Equal(Two, (await api.Keys.Me()).Server);
        await api.Keys.Me();

        Assert.Equal(["one.test", "two.test", "two.test"], servers.Hosts);
    }

    [Fact]
    public async Task Command_is_sent_to_another_server_with_the_same_key_only()
    {
        var servers = new Servers(request => request.RequestUri!.Host == "one.test" ? throw Broken() : Answered(Running, etag: "\"7\""));
        using var api = servers.Client(One, Two);

        var paused = await api.Rollouts.Pause("r1", new() { Reason = "lunch" }, new() { ExpectedVersion = 6 });

        Assert.Equal(((long?)7, "running"), (paused.Version, paused.Value.Status));
        Assert.Single(servers.Requests.Select(one => one.Headers["Idempotency-Key"]).Distinct());
        Assert.All(servers.Requests, one => Assert.Equal(("\"6\"", """{"reason":"lunch"}"""), (one.Headers["If-Match"], one.Body)));
    }

    [Fact]
    public async Task Request_that_may_not_be_repeated_ends_where_its_connection_broke()
    {
        var servers = new Servers(request => request.RequestUri!.Host == "one.test" ? throw Broken() : Answered("""{ "accepted": 0 }"""));
        using var api = servers.Client(One, Two);

        var failure = await Assert.ThrowsAsync<OrchestratorUnreachableException>(() => api.Ingest.Push("r1", new()));

        Assert.True(failure.MayBeApplied);
        Assert.Equal(["one.test"], servers.Hosts);
    }

    [Fact]
    public async Task Every_server_is_named_when_none_answers()
    {
        using var api = new Servers(_ => throw NoConnection()).Client(One, Two);

        var failure = await Assert.ThrowsAsync<OrchestratorUnreachableException>(() => api.Rollouts.Start("r1"));

        Assert.Equal([One, Two], failure.Servers.Select(one => one.Server));
        Assert.False(failure.MayBeApplied);
    }

    [Theory]
    [InlineData("text/html", "<h1>Service Unavailable</h1>")]
    [InlineData("application/problem+json", """{ "status": 503, "code": "node.evaluation_only", "detail": "This node takes no commands." }""")]
    public async Task Server_that_cannot_serve_leads_to_the_next(string media, string text)
    {
        var servers = new Servers(request => request.RequestUri!.Host == "one.test" ? Answered(text, 503, media) : Answered(Running));
        using var api = servers.Client(One, Two);

        Assert.Equal(Two, (await api.Rollouts.Start("r1")).Server);
    }

    [Fact]
    public async Task Rollback_that_a_node_keeps_is_a_receipt()
    {
        const string text = """{ "rollout": "r1", "accepted": true, "command": "i-1", "text": "It waits for the log." }""";
        using var api = new Servers(_ => Answered(text, 202)).Client(One);

        var kept = await api.Rollouts.Rollback("r1", new() { Reason = "bad" });

        Assert.Equal((202, "It waits for the log.", (Rollout?)null), (kept.Status, kept.Value.Accepted?.Text, kept.Value.Rollout));
    }

    [Fact]
    public async Task Refusal_is_an_exception_with_code_errors_and_time_to_wait()
    {
        const string text = """
            { "status": 503, "code": "unavailable", "detail": "A dependency is unavailable.", "errors": [ { "path": "a", "message": "b" } ] }
            """;
        using var api = new Servers(_ => Answered(text, 503, "application/problem+json", retryAfter: "2")).Client(One);

        var refused = await Assert.ThrowsAsync<OrchestratorApiException>(() => api.Keys.Me());

        Assert.Equal((503, "unavailable", (TimeSpan?)TimeSpan.FromSeconds(2)), (refused.Status, refused.Code, refused.RetryAfter));
        Assert.Equal("a", Assert.Single(refused.Errors).Path);
        var raw = await api.Send(new RawRequest(HttpMethod.Get, "/api/v1/me"));
        Assert.Equal((503, text, "2"), (raw.Status, raw.Text, raw.Header("retry-after")));
    }

    [Theory]
    [InlineData(302, "", OrchestratorApiException.Redirect)]
    [InlineData(200, "[", OrchestratorApiException.Unreadable)]
    [InlineData(200, "null", OrchestratorApiException.Unreadable)]
    [InlineData(404, "Not Found", "http.404")]
    public async Task Answer_of_something_else_is_told_by_its_code(int status, string text, string code)
    {
        using var api = new Servers(_ => Answered(text, status, "text/plain")).Client(One);

        Assert.Equal(code, (await Assert.ThrowsAsync<OrchestratorApiException>(() => api.Keys.Me())).Code);
    }

    [Fact]
    public async Task Answer_that_is_longer_than_its_bound_is_refused()
    {
        using var api = new Servers(_ => Answered(new string(' ', 2_000) + Me)).Client(1_000, One);

        Assert.Equal(
            OrchestratorApiException.TooLarge, (await Assert.ThrowsAsync<OrchestratorApiException>(() => api.Keys.Me())).Code);
    }

    [Fact]
    public async Task Addresses_are_escaped_and_credentials_asked_for_each_time()
    {
        var servers = new Servers(_ => Answered("""{ "key": "a/b c", "value": null }"""));
        using var api = servers.Client(One);

        var flag = await api.Environments.Flag("production", "a/b c");
        await api.Rollouts.List(new() { Text = "50 % & more", Limit = 5 });

        Assert.Equal(System.Text.Json.JsonValueKind.Null, flag.Value.Value.ValueKind);
        Assert.Equal(
            ["/base/api/v1/environments/production/flags/a%2Fb%20c", "/base/api/v1/rollouts?text=50%20%25%20%26%20more&limit=5"],
            servers.Requests.Select(one => one.Target));
        Assert.Equal(["Bearer key-1", "Bearer key-2"], servers.Requests.Select(one => one.Headers["Authorization"]));
        await Assert.ThrowsAsync<ArgumentException>(() => api.Keys.Revoke(".."));
        await Assert.ThrowsAsync<ArgumentException>(() => api.Keys.Revoke(""));
    }

    [Fact]
    public async Task Stream_comes_back_after_its_last_event_at_the_next_server()
    {
        var opened = 0;
        var servers = new Servers(request => request.RequestUri!.AbsolutePath.EndsWith("/node", StringComparison.Ordinal)
            ? Answered("""{ "position": 4 }""")
            : ++opened == 3 ? throw NoConnection() : Answered(Event(opened == 1 ? 5 : 9), media: "text/event-stream"));
        var time = new FakeTimeProvider();
        using var api = servers.Client(time, One);
        var interrupted = new List<Exception?>();
        using var over = new CancellationTokenSource();
        var clock = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                await Task.Yield();
            }
        });

        List<long> seen = [];
        await foreach (var one in api.Events.Follow(options: new() { Resume = true, Interrupted = interrupted.Add }))
        {
            seen.Add(one.Position);
            if (seen.Count == 3)
            {
                break;
            }
        }

        await over.CancelAsync();
        await clock;
        Assert.Equal([5, 9, 9], seen);
        Assert.Equal(
            ["/base/api/v1/node", "/base/api/v1/stream?after=4", "/base/api/v1/stream?after=5", "/base/api/v1/stream?after=9", "/base/api/v1/stream?after=9"],
            servers.Requests.Select(one => one.Target));
        Assert.Equal([false, false, true], interrupted.Select(one => one is OrchestratorUnreachableException));
    }

    [Fact]
    public async Task Stream_without_resuming_ends_with_the_connection()
    {
        using var api = new Servers(_ => Answered(Event(5), media: "text/event-stream")).Client(One);

        Assert.Equal([5], await api.Events.Follow(new() { After = 4 }).Select(one => one.Position).ToListAsync());
    }

    private static string Event(long position) =>
        $$"""
        retry: 1500

        : nothing yet

        id: {{position}}
        event: RolloutStarted
        data: { "position": {{position}}, "type": "RolloutStarted",
        data: "stream": "rollout/r1" }


        """.ReplaceLineEndings("\n");

    private static HttpRequestException NoConnection() => new(HttpRequestError.ConnectionError, "Connection refused");

    private static HttpRequestException Broken() => new(HttpRequestError.ResponseEnded, "The response ended prematurely.");

    private static HttpResponseMessage Answered(
        string text, int status = 200, string media = "application/json", string? etag = null, string? retryAfter = null)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(text, Encoding.UTF8, media) };
        if (etag is not null)
        {
            response.Headers.TryAddWithoutValidation("ETag", etag);
        }

        if (retryAfter is not null)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        }

        return response;
    }

    private sealed record Request(string Host, string Target, Dictionary<string, string> Headers, string Body);

    private sealed class Servers(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        private int _asked;

        public List<Request> Requests { get; } = [];

        public IEnumerable<string> Hosts => Requests.Select(one => one.Host);

        public ApiClient Client(params Uri[] servers) => Client(64 * 1024, servers);

        public ApiClient Client(int most, params Uri[] servers) => Client(most, TimeProvider.System, servers);

        public ApiClient Client(TimeProvider time, params Uri[] servers) => Client(64 * 1024, time, servers);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            Requests.Add(new Request(
                request.RequestUri!.Host, request.RequestUri.PathAndQuery,
                request.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value)), body));
            return answer(request);
        }

        private ApiClient Client(int most, TimeProvider time, Uri[] servers) => new(new ApiClientOptions
        {
            Servers = servers,
            Handler = this,
            MostBytes = most,
            Time = time,
            Credential = _ => ValueTask.FromResult<string?>($"key-{++_asked}"),
        });
    }
}
