using System.Globalization;
using System.Net;
using System.Text;

namespace Orchestrator.Silo.Tests.Ofrep;

/// <summary>An event stream, read line by line.</summary>
internal sealed class EventListener(HttpResponseMessage response, StreamReader lines) : IDisposable
{
    public static async Task<EventListener> Open(HttpClient client, string address, string? last)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (last is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var lines = new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8);
        Assert.StartsWith("retry: ", await lines.ReadLineAsync(), StringComparison.Ordinal);
        return new EventListener(response, lines);
    }

    /// <summary>The next line that is not empty, null at the end; pushes until it comes.</summary>
    public async Task<string?> Line(Action? push = null)
    {
        using var patience = new CancellationTokenSource(SiloHost.Patience);
        while (true)
        {
            var line = lines.ReadLineAsync(patience.Token).AsTask();
            if (push is not null)
            {
                await Eventually.Until(
                    "a line of the event stream", () => Task.FromResult(line.IsCompleted), read => read,
                    meanwhile: async stop =>
                    {
                        if (await Task.WhenAny(line, Task.Delay(20, stop)) != line)
                        {
                            push();
                        }
                    });
            }

            if (await line is not "" and var text)
            {
                return text;
            }
        }
    }

    /// <summary>The next event; heartbeats are passed over.</summary>
    public async Task<(long Id, string Data)> Next(Action? push = null)
    {
        string? id;
        do
        {
            id = await Line(push);
        }
        while (id == ":");
        var data = await Line();
        Assert.StartsWith("id: ", id, StringComparison.Ordinal);
        Assert.StartsWith("data: ", data, StringComparison.Ordinal);
        return (long.Parse(id![4..], CultureInfo.InvariantCulture), data![6..]);
    }

    public void Dispose()
    {
        lines.Dispose();
        response.Dispose();
    }
}
