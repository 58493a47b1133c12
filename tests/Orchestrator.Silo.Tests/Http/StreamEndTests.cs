using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Streams;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Every kind of stream ends with its client and with its key, and no kind takes the places of another.</summary>
public sealed class StreamEndTests
{
    /// <summary>Address, role and environment of each kind of stream.</summary>
    public static TheoryData<string, string, string?> Kinds => new()
    {
        { "/api/v1/stream", "viewer", null },
        { "/api/v1/stream?after=9223372036854775807", "viewer", null },
        { "/sdk/v1/stream", "evaluation", "production" },
        { "/ofrep/v1/stream", "browser", "production" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Stream_ends_when_its_client_leaves(string address, string role, string? environment)
    {
        await using var silo = await SiloHost.Start();
        using var client = await silo.NewClient(role, environment);
        for (var i = 0; i < 10; i++)
        {
            using var opened = await Open(client, address);
        }

        await Eventually.Until("the node carries no stream", () => Streams(silo).Open == 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Stream_ends_when_its_key_is_revoked(string address, string role, string? environment)
    {
        await using var silo = await SiloHost.Start();
        var key = await silo.NewKey(role, environment);
        using var client = silo.As(key.Text);
        using var opened = await Open(client, address);
        var read = (await opened.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null);
        Assert.Equal(1, Streams(silo).Open);

        await silo.Admin.DeleteAsync($"/api/v1/keys/{key.Id}").Json(204);

        await read.WaitAsync(SiloHost.Patience);
        await Eventually.Until("the node carries no stream", () => Streams(silo).Open == 0);
    }

    [Fact]
    public async Task Position_beyond_the_head_goes_on_with_what_comes_next()
    {
        await using var silo = await SiloHost.Start();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream") { Headers = { { "Last-Event-ID", $"{long.MaxValue}" } } };
        using var opened = await silo.Admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await opened.Content.ReadAsStreamAsync());

        await silo.Admin.PutAsJsonAsync("/api/v1/environments/e/flags/f", new { value = 1 }).Json();

        using var patience = new CancellationTokenSource(SiloHost.Patience);
        string? line;
        while ((line = await lines.ReadLineAsync(patience.Token)) is not null and not "event: FlagSet")
        {
        }

        Assert.Equal("event: FlagSet", line);
    }

    [Fact]
    public async Task Readers_and_browsers_cannot_take_the_streams_of_services()
    {
        await using var silo = await SiloHost.Start(settings: ["--Orchestrator:Ofrep:Streams=8"]);
        var opened = new List<HttpResponseMessage>();
        foreach (var (address, role, environment, most) in (IEnumerable<(string, string, string?, int)>)[("/api/v1/stream", "viewer", null, 2),
            ("/ofrep/v1/stream", "browser", "production", 4)])
        {
            // Another key takes no more of its kind.
            using var client = await silo.NewClient(role, environment);
            using var other = await silo.NewClient(role, environment);
            for (var i = 0; i < most; i++)
            {
                opened.Add(await Open(client, address));
            }

            foreach (var one in (HttpClient[])[client, other])
            {
                using var refused = await one.GetAsync(address);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
                Assert.NotNull(refused.Headers.RetryAfter?.Delta);
            }
        }

        using var service = await silo.NewClient("evaluation", "production");
        opened.Add(await Open(service, "/sdk/v1/stream"));
        opened.Add(await Open(service, "/sdk/v1/stream"));
        Assert.Equal("sdk.too_many_streams", await service.GetAsync("/sdk/v1/stream").Problem(503));
        opened.ForEach(one => one.Dispose());
    }

    [Fact]
    public void One_key_gets_half_of_the_streams_and_gives_them_back()
    {
        var admission = new StreamAdmission(8);
        var held = Enumerable.Range(0, 4).Select(_ => admission.TryEnter("a", StreamClient.Server, out var _)).ToArray();
        Assert.DoesNotContain(null, held);
        Assert.Null(admission.TryEnter("a", StreamClient.Server, out var refused));
        Assert.Equal("The API key has 4 event streams on this node, the limit of one key.", refused);
        Assert.NotNull(admission.TryEnter("b", StreamClient.Server, out _));

        held[0]!.Dispose();
        held[0]!.Dispose();
        Assert.Equal(4, admission.Open);
        Assert.NotNull(admission.TryEnter("a", StreamClient.Server, out _));
    }

    private static StreamAdmission Streams(SiloHost silo) => silo.Services.GetRequiredService<StreamAdmission>();

    private static async Task<HttpResponseMessage> Open(HttpClient client, string address)
    {
        var opened = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, address), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        Assert.Equal("text/event-stream", opened.Content.Headers.ContentType?.MediaType);
        return opened;
    }
}
