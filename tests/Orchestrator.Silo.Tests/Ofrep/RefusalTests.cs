using System.Net;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Api.Ofrep;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Silo.Tests.Ofrep;

public sealed class RefusalTests(OfrepServer server) : IClassFixture<OfrepServer>
{
    private const string User = """{"context":{"targetingKey":"user-1"}}""";

    [Theory]
    [InlineData("unknown", HttpStatusCode.Unauthorized)]
    [InlineData("viewer", HttpStatusCode.Forbidden)]
    public async Task Every_refusal_has_a_whole_body(string key, HttpStatusCode status)
    {
        var answer = await server.Ask("/a%2Fb", new StringContent(User), request => request.Headers.Add("X-API-Key", key));

        Assert.Equal((status, "application/json", "a/b", "GENERAL"), (answer.Status, answer.ContentType, answer["key"], answer["errorCode"]));
        Assert.NotEmpty(answer["errorDetails"]!);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Node_that_cannot_know_all_keys_asks_for_patience_and_refuses_none_for_ever(bool known, bool stale)
    {
        await using var own =
            new OfrepServer { AreKnown = known, Trust = () => stale ? TableTrust.Stale(TimeSpan.FromSeconds(1)) : default };
        await own.InitializeAsync();

        var answer = await own.Ask("/split", new StringContent(User), request => request.Headers.Add("X-API-Key", "made-a-moment-ago"));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1", "GENERAL"), (answer.Status, answer.RetryAfter, answer["errorCode"]));
    }

    [Fact]
    public async Task Fault_of_ours_is_a_500_with_a_whole_body()
    {
        await using var own = new OfrepServer { Trust = () => throw new InvalidOperationException("for the test") };
        await own.InitializeAsync();

        var answer = await own.Ask("/split", User);

        Assert.Equal((HttpStatusCode.InternalServerError, "split", "GENERAL"), (answer.Status, answer["key"], answer["errorCode"]));
        Assert.Null(await own.Outcomes.Reader.ReadAsync());
    }

    [Fact]
    public async Task Flag_that_cannot_be_written_fails_no_other_and_no_value_is_null()
    {
        await using var own = new OfrepServer
        {
            Current = RoutingTable.Compile(new TableModel(
                1, [new EnvironmentModel { Name = "production", Flags = [new("broken", "{"), new("none", "null"), new("three", "3.0"), new("pi", "3.25"), new("z", "1e2")] }])),
        };
        await own.InitializeAsync();

        var bulk = await own.Ask("", User);

        Assert.Equal(HttpStatusCode.OK, bulk.Status);
        var flags = bulk.Json.GetProperty("flags").EnumerateArray().ToDictionary(flag => flag.GetProperty("key").GetString()!);
        Assert.Equal("GENERAL", flags["broken"].GetProperty("errorCode").GetString());
        Assert.False(flags["none"].TryGetProperty("value", out _));
        Assert.Equal(("3", "3.25", "100"),
            (flags["three"].GetProperty("value").GetRawText(), flags["pi"].GetProperty("value").GetRawText(), flags["z"].GetProperty("value").GetRawText()));
        Assert.Equal(HttpStatusCode.InternalServerError, (await own.Ask("/broken", User)).Status);
    }

    [Fact]
    public async Task Key_over_its_limit_is_told_when_to_come_back_and_others_are_answered()
    {
        await using var own = new OfrepServer { Settings = ["--Orchestrator:Ofrep:RateLimit=2"] };
        await own.InitializeAsync();

        Assert.Equal(HttpStatusCode.OK, (await own.Ask("/all", User)).Status);
        Assert.Equal(HttpStatusCode.OK, (await own.Ask("/all", User)).Status);
        var refused = await own.Ask("/all", User);

        Assert.Equal((HttpStatusCode.TooManyRequests, "1", "all", "GENERAL"), (refused.Status, refused.RetryAfter, refused["key"], refused["errorCode"]));
        Assert.Equal(HttpStatusCode.OK, (await own.Ask("", new StringContent(User), request => request.Headers.Add("X-API-Key", "empty"))).Status);
        own.Time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(HttpStatusCode.OK, (await own.Ask("/all", User)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await own.Ask("/all", User)).Status);
    }

    [Fact]
    public void Limit_lets_through_what_was_earned_and_a_second_more()
    {
        var time = new FakeTimeProvider();
        var limits = new RateLimits(100, time);
        int Granted() => Enumerable.Range(0, 1_000).Count(_ => limits.SecondsToWait("key") == 0);

        Assert.Equal(100, Granted());
        time.Advance(TimeSpan.FromSeconds(0.25));
        Assert.Equal(25, Granted());
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(100, Granted());
    }

    [Fact]
    public async Task Pages_of_other_origins_may_ask_only_where_that_was_said()
    {
        await using var own = new OfrepServer { Settings = ["--Orchestrator:Ofrep:Origins=https://shop.example"] };
        await own.InitializeAsync();
        static async Task<HttpResponseMessage> Preflight(OfrepServer server, string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, "/ofrep/v1/evaluate/flags");
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            return await server.Client.SendAsync(request);
        }

        using var allowed = await Preflight(own, "https://shop.example");
        using var other = await Preflight(own, "https://evil.example");
        using var unsaid = await Preflight(server, "https://shop.example");

        Assert.Equal((HttpStatusCode.NoContent, "https://shop.example"), (allowed.StatusCode, allowed.Headers.GetValues("Access-Control-Allow-Origin").Single()));
        Assert.False(other.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(unsaid.Headers.Contains("Access-Control-Allow-Origin"));
        using var ask = new HttpRequestMessage(HttpMethod.Post, "/ofrep/v1/evaluate/flags") { Content = new StringContent(User), Headers = { { "Origin", "https://shop.example" } } };
        using var answer = await own.Client.SendAsync(ask);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("ETag", answer.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_that_heard_of_a_later_table_is_answered_from_it()
    {
        await using var own = new OfrepServer();
        await own.InitializeAsync();
        var first = await own.Ask("", User);

        var later = own.Ask("?flagConfigEtag=1-43", new StringContent(User), request => request.Headers.TryAddWithoutValidation("If-None-Match", first.ETag));
        await own.Entered.WaitAsync();
        await own.Entered.WaitAsync();
        Assert.False(later.IsCompleted);
        own.Change(OfrepServer.Table(43));

        Assert.Equal((HttpStatusCode.OK, "43"), ((await later).Status, (await later).Json.GetProperty("metadata").GetProperty("position").ToString()));
        Assert.Equal(HttpStatusCode.OK, (await own.Ask("?flagConfigEtag=1-43", User)).Status);
        Assert.Equal(HttpStatusCode.OK, (await own.Ask("?flagConfigEtag=nonsense&a=b", User)).Status);
    }
}
