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

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream") { Headers = { { "Last-Event-ID", "2" } } };
        using var patience = new CancellationTokenSource(SiloHost.Patience);
        using var response = await silo.Admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));

        Assert.Equal((3, "FlagSet", 2), await Next());
        Assert.Equal((4, "FlagSet", 3), await Next());
        await silo.Admin.PutAsJsonAsync("/api/v1/environments/e/flags/f", new { value = 4 }, patience.Token).Json();
        Assert.Equal((5, "FlagSet", 4), await Next());

        async Task<(long Id, string Type, int Value)> Next()
        {
            var (id, type) = (0L, "");
            while (true)
            {
                var line = await reader.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException();
                switch (line.Split(": ", 2))
                {
                    case ["id", var text]:
                        id = long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
                        break;
                    case ["event", var text]:
                        type = text;
                        break;
                    case ["data", var text]:
                        var data = JsonDocument.Parse(text).RootElement;
                        Assert.Equal(id, data.GetProperty("position").GetInt64());
                        return (id, type, data.GetProperty("data").GetProperty("value").GetInt32());
                }
            }
        }
    }

    [Fact]
    public async Task Stop_ends_open_streams_and_does_not_wait_until_it_must_break_them_off()
    {
        await using var silo = await SiloHost.Start();
        using var response = await silo.Admin.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream"), HttpCompletionOption.ResponseHeadersRead);
        var read = (await response.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null);
        await silo.Restart();

        // A stream that is broken off has no end, and reading it throws.
        await read.WaitAsync(SiloHost.Patience);
    }
}
