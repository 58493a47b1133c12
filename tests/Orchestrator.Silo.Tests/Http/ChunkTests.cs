using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Chunked bodies that are no chunks.</summary>
public sealed class ChunkTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    [Theory]
    [InlineData("/api/v1/plans/validate", "99999999999999999999\r\n")]
    [InlineData("/api/v1/plans/validate", "zz\r\n")]
    [InlineData("/api/v1/rollouts/r1/alerts", "99999999999999999999\r\n")]
    [InlineData("/v1/metrics", "99999999999999999999\r\n")]
    [InlineData("/ofrep/v1/evaluate/flags/f", "99999999999999999999\r\n")]
    [InlineData("/ofrep/v1/evaluate/flags/f", "zz\r\n")]
    public async Task Size_that_is_none_is_a_broken_request_and_no_fault_of_the_server(string path, string chunk)
    {
        var key = path.StartsWith("/ofrep", StringComparison.Ordinal) ? (await shared.Host.NewKey("evaluation", "production")).Text : SiloHost.AdminKey;
        using var patience = new CancellationTokenSource(SiloHost.Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(shared.Host.Address.Host, shared.Host.Address.Port, patience.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: silo\r\nX-API-Key: {key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}"), patience.Token);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var status = int.Parse((await reader.ReadLineAsync(patience.Token))!.Split(' ')[1], CultureInfo.InvariantCulture);
        Assert.InRange(status, 400, 499);
    }
}
