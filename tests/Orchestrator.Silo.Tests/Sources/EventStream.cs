using System.Text.Json;

namespace Orchestrator.Silo.Tests.Sources;

/// <summary>The events of a rollout as they happen, from its first.</summary>
internal sealed class EventStream : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;
    private readonly List<string> _seen = [];

    private EventStream(HttpResponseMessage response, StreamReader reader) => (_response, _reader) = (response, reader);

    public IReadOnlyList<string> Seen => _seen;

    public static async Task<EventStream> Open(HttpClient client, string rollout)
    {
        var response = await client.GetAsync($"/api/v1/stream?rollout={rollout}&after=0", HttpCompletionOption.ResponseHeadersRead);
        return new EventStream(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next event of that type; the failure shows which came instead.</summary>
    public async Task<JsonElement> Until(string type)
    {
        using var patience = new CancellationTokenSource(2 * SiloHost.Patience);
        try
        {
            while (true)
            {
                var line = await _reader.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException();
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    var found = JsonDocument.Parse(line["data: ".Length..]).RootElement;
                    _seen.Add(found.GetProperty("type").GetString()!);
                    if (_seen[^1] == type)
                    {
                        return found;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"No {type} came; there were {string.Join(", ", _seen)}.");
            throw;
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}
