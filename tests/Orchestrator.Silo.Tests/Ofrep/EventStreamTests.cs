using System.Net;
using System.Text.Json;
using Orchestrator.Api.Ofrep;
using Orchestrator.Api.Streams;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Access;

namespace Orchestrator.Silo.Tests.Ofrep;

public sealed class EventStreamTests : IAsyncLifetime
{
    private const string User = """{"context":{"targetingKey":"user-1"}}""";
    private readonly OfrepServer _server = new() { Settings = ["--Orchestrator:Ofrep:Streams=2"] };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Bulk_answer_says_where_its_news_come_from_and_a_change_is_news()
    {
        using var stream = await Follow(await Address());

        _server.Change(OfrepServer.Table(43));

        Assert.Equal((43, """{"type":"refetchEvaluation","etag":"1-43"}"""), await stream.Next());
    }

    [Fact]
    public async Task Change_between_the_answer_and_the_stream_is_news_at_once()
    {
        var address = await Address();
        _server.Current = OfrepServer.Table(50);

        using var stream = await Follow(address);

        Assert.Equal(50, (await stream.Next()).Id);
    }

    [Theory]
    [InlineData("41", true)]
    [InlineData("-1", true)]
    [InlineData("x", true)]
    [InlineData("42", false)]
    [InlineData("43", false)]
    public async Task Returning_client_is_told_at_once_only_of_what_is_newer_than_its_last_event(string last, bool told)
    {
        using var stream = await Follow(await Address(), last);

        if (!told)
        {
            _server.Change(OfrepServer.Table(60));
        }

        Assert.Equal(told ? 42 : 60, (await stream.Next()).Id);
    }

    [Fact]
    public async Task Log_that_was_restored_is_news_though_positions_began_again()
    {
        var address = (await Address()).Replace("timeline=1", "timeline=0", StringComparison.Ordinal);

        using var stream = await Follow(address, "900");

        Assert.Equal(42, (await stream.Next()).Id);
    }

    [Fact]
    public async Task Changes_elsewhere_are_no_news()
    {
        using var stream = await Follow(await Address());

        _server.Change(_server.Current.With(new EnvironmentModel { Name = "staging", Flags = [new("a", "1")] }, 43));
        _server.Change(_server.Current.At(44));
        _server.Change(_server.Current.With(new EnvironmentModel { Name = "production", Flags = [new("a", "1")] }, 45));

        Assert.Equal(45, (await stream.Next()).Id);
    }

    [Fact]
    public async Task Quiet_stream_has_heartbeats_well_under_two_minutes()
    {
        Assert.True(EventStream.Heartbeat < TimeSpan.FromSeconds(60));
        using var stream = await Follow(await Address());

        Assert.Equal(":", await stream.Line(Beat));
    }

    [Fact]
    public async Task Clients_of_a_node_in_doubt_ask_at_every_heartbeat_and_once_more_afterwards()
    {
        using var stream = await Follow(await Address());

        _server.Trust = () => TableTrust.Stale(TimeSpan.FromSeconds(1));
        Assert.Equal(42, (await stream.Next(Beat)).Id);
        Assert.Equal(42, (await stream.Next(Beat)).Id);

        // What was under way may still come; then two heartbeats follow each other.
        _server.Trust = () => default;
        for (var quiet = 0; quiet < 2;)
        {
            quiet = await stream.Line(Beat) == ":" ? quiet + 1 : 0;
        }
    }

    [Fact]
    public async Task Stream_too_many_is_refused_with_whole_seconds_and_a_place_that_is_left_is_free()
    {
        var address = await Address();
        using var first = await Follow(address);
        using (var second = await Follow(address))
        {
            using var refused = await _server.Client.GetAsync(address);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.InRange(int.Parse(refused.Headers.RetryAfter!.ToString(), System.Globalization.CultureInfo.InvariantCulture), 1, 60);
            Assert.Equal("GENERAL", JsonElement.Parse(await refused.Content.ReadAsStringAsync()).GetProperty("errorCode").GetString());
        }

        await Eventually.Until("a place among the streams is free", async () =>
        {
            using var again = await _server.Client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
            return again.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task Token_opens_the_stream_alone_and_the_key_opens_it_too()
    {
        var address = await Address();
        using var bare = new HttpClient { BaseAddress = _server.Address };

        using var by = await bare.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
        using var with = await _server.Client.GetAsync("/ofrep/v1/stream", HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(
            (HttpStatusCode.OK, "text/event-stream", HttpStatusCode.OK), (by.StatusCode, by.Content.Headers.ContentType?.MediaType, with.StatusCode));
        Assert.DoesNotContain("token=eval&", address, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bare.GetAsync("/ofrep/v1/stream")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bare.GetAsync("/ofrep/v1/stream?token=eval")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bare.GetAsync(address[..^1])).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await bare.PostAsync(address, null)).StatusCode);
    }

    [Fact]
    public async Task Token_that_has_expired_ends_its_stream_and_the_next_bulk_answer_has_a_new_one()
    {
        var first = await _server.Ask("", User);
        var address = Address(first);
        using var stream = await Follow(address);

        _server.Time.Advance(2 * StreamTokens.Window);

        while (await stream.Line(Beat) is { } line)
        {
            Assert.Equal(":", line);
        }

        using var bare = new HttpClient { BaseAddress = _server.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await bare.GetAsync(address)).StatusCode);
        var again = await _server.Ask("", new StringContent(User), request => request.Headers.TryAddWithoutValidation("If-None-Match", first.ETag));
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.NotEqual(address, Address(again));
    }

    [Fact]
    public async Task Withdrawn_key_ends_its_streams()
    {
        using var stream = await Follow(await Address());

        _server.Keys.TryRemove("eval", out _);
        _server.Change(OfrepServer.Table(43));

        Assert.Null(await stream.Line());
    }

    [Fact]
    public void Token_of_one_key_opens_no_stream_of_another()
    {
        var tokens = new StreamTokens(_server, new InstallationSecret(new byte[InstallationSecret.Bytes]));
        var now = _server.Time.GetUtcNow();
        var token = tokens.Give(_server.Keys["eval"], StreamTokens.Expiry(now));

        Assert.Equal("eval", tokens.Read(token, now)?.Key.Id);
        Assert.Null(tokens.Read("empty" + token[4..], now));
        Assert.Null(tokens.Read(token.Replace(".6", ".7", StringComparison.Ordinal), now));
        Assert.Null(tokens.Read(tokens.Give(new EvaluationKey("viewer", "h3", null), StreamTokens.Expiry(now)), now));
        Assert.Null(tokens.Read(token, now + (2 * StreamTokens.Window)));
    }

    private void Beat() => _server.Time.Advance(EventStream.Heartbeat);

    private static string Address(Answer bulk) =>
        bulk.Json.GetProperty("eventStreams")[0].GetProperty("endpoint").GetProperty("requestUri").GetString()!;

    private async Task<string> Address() => Address(await _server.Ask("", User));

    private Task<EventListener> Follow(string address, string? last = null) => EventListener.Open(_server.Client, address, last);
}
