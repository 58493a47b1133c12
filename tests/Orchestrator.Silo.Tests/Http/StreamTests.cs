using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Http;

public sealed class StreamTests
{
    [Fact]
    public async Task Stream_resumed_after_an_event_shows_every_later_one_once_and_goes_on_live()
    {
        await using var silo = await SiloHost.Start();
        for (var i = 1; i <= 3; i++)
        {
            await silo.Admin.PutAsJsonAsync("/api/v1/environments/e/flags/f", new { value = i }).Json();
        }

        using var stream = await Opened.After(silo.Admin, 2);
        Assert.Equal((3, "FlagSet", 2), await stream.Next());
        Assert.Equal((4, "FlagSet", 3), await stream.Next());
        await silo.Admin.PutAsJsonAsync("/api/v1/environments/e/flags/f", new { value = 4 }).Json();
        Assert.Equal((5, "FlagSet", 4), await stream.Next());
    }

    [Fact]
    public async Task What_the_stream_tells_can_be_asked_for_on_the_same_node()
    {
        const int changes = 50;
        await using var silo = await SiloHost.Start();
        using var stream = await Opened.After(silo.Admin, 0);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < changes; i++)
            {
                await silo.Admin.PutAsJsonAsync("/api/v1/environments/e/flags/f", new { value = i }).Json();
            }
        });
        for (var told = -1; told < changes - 1;)
        {
            (_, var type, var value) = await stream.Next();
            if (type == "FlagSet")
            {
                told = value;
                var flags = await silo.Admin.GetAsync("/api/v1/environments/e/flags").Json();
                Assert.InRange(flags.GetProperty("flags")[0].GetProperty("value").GetInt32(), told, changes);
            }
        }

        await writing;
    }

    [Fact]
    public async Task Stop_ends_open_streams_and_does_not_wait_until_it_must_break_them_off()
    {
        await using var silo = await SiloHost.Start();
        using var response =
            await silo.Admin.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream"), HttpCompletionOption.ResponseHeadersRead);
        var read = (await response.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null);
        await silo.Restart();

        // A stream that is broken off has no end, and reading it throws.
        await read.WaitAsync(SiloHost.Patience);
    }

    private sealed class Opened(HttpResponseMessage response, StreamReader reader) : IDisposable
    {
        private readonly CancellationTokenSource _patience = new(SiloHost.Patience);

        public static async Task<Opened> After(HttpClient client, long position)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream") { Headers = { { "Last-Event-ID", $"{position}" } } };
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
            return new Opened(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
        }

        public async Task<(long Id, string Type, int Value)> Next()
        {
            var (id, type) = (0L, "");
            while (true)
            {
                var line = await reader.ReadLineAsync(_patience.Token) ?? throw new EndOfStreamException();
                switch (line.Split(": ", 2))
                {
                    case ["id", var text]:
                        id = long.Parse(text, CultureInfo.InvariantCulture);
                        break;
                    case ["event", var text]:
                        type = text;
                        break;
                    case ["data", var text]:
                        var data = JsonDocument.Parse(text).RootElement;
                        Assert.Equal(id, data.GetProperty("position").GetInt64());
                        return (id, type, data.GetProperty("data").TryGetProperty("value", out var value) ? value.GetInt32() : 0);
                }
            }
        }

        public void Dispose()
        {
            _patience.Dispose();
            reader.Dispose();
            response.Dispose();
        }
    }
}
