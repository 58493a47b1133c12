using System.Net.Http.Json;

namespace Orchestrator.Silo.Tests.Http;

public sealed class CorrelationTests(SharedSilo silo) : IClassFixture<SharedSilo>
{
    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c")]
    [InlineData("nonsense", null)]
    [InlineData(null, null)]
    public async Task Events_carry_the_trace_of_the_request_that_caused_them(string? sent, string? expected)
    {
        var environment = "e" + Guid.NewGuid().ToString("N")[..8];
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/environments/{environment}/flags/a") { Content = JsonContent.Create(new { value = 1 }) };
        if (sent is not null)
        {
            request.Headers.TryAddWithoutValidation("traceparent", sent);
        }

        await silo.Host.Admin.SendAsync(request).Json();

        using var stream = await silo.Host.Admin.GetAsync("/api/v1/stream?after=0", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync());
        using var patience = new CancellationTokenSource(SiloHost.Patience);
        string line;
        do
        {
            line = await lines.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("The stream ended.");
        }
        while (!line.Contains($"environment/{environment}", StringComparison.Ordinal));
        var correlation = System.Text.Json.JsonElement.Parse(line["data: ".Length..]).GetProperty("correlation").GetString()!;
        Assert.Matches("^[0-9a-f]{32}$", correlation);
        Assert.NotEqual(new string('0', 32), correlation);
        Assert.Equal(expected ?? correlation, correlation);
    }
}
