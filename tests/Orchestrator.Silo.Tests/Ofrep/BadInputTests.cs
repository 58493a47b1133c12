using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Silo.Tests.Ofrep;

/// <summary>Input that no client should send costs other clients nothing.</summary>
public sealed class BadInputTests(OfrepServer server) : IClassFixture<OfrepServer>
{
    private const string User = """{"context":{"targetingKey":"user-1"}}""";

    [Fact]
    public async Task Others_are_answered_while_bodies_hang()
    {
        await using var own = new OfrepServer();
        await own.InitializeAsync();
        var hanging = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 300; i++)
            {
                var client = new TcpClient();
                hanging.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, own.Address.Port);
                await client.GetStream().WriteAsync("POST /ofrep/v1/evaluate/flags/all HTTP/1.1\r\nHost: localhost\r\nX-API-Key: eval\r\nContent-Length: 60000\r\n\r\n{\"con"u8.ToArray());
                await own.Entered.WaitAsync();
            }

            await Parallel.ForAsync(0, 200, async (_, _) => Assert.Equal(HttpStatusCode.OK, (await own.Ask("/all", User)).Status));
        }
        finally
        {
            hanging.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Endless_chunked_body_is_refused_and_cut()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync("POST /ofrep/v1/evaluate/flags/all HTTP/1.1\r\nHost: localhost\r\nX-API-Key: eval\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
        byte[] chunk = [.. "10000\r\n"u8, .. Encoding.ASCII.GetBytes(new string(' ', 0x10000)), .. "\r\n"u8];
        var sent = 0L;
        var writing = Task.Run(async () =>
        {
            try
            {
                for (; sent < 1L << 30; sent += 0x10000)
                {
                    await stream.WriteAsync(chunk);
                }
            }
            catch (IOException)
            {
                // The server has hung up, as it should.
            }
        });

        var head = new byte[512];
        var count = await stream.ReadAsync(head);
        await writing;

        Assert.StartsWith("HTTP/1.1 413 ", Encoding.ASCII.GetString(head, 0, count), StringComparison.Ordinal);
        Assert.True(sent < 1L << 28, $"{sent} bytes were taken.");
    }

    [Theory]
    [MemberData(nameof(Giants))]
    public async Task Giants_are_bad_requests_or_answered_and_never_a_fault(string body, HttpStatusCode status) =>
        Assert.Equal(status, (await server.Ask("/all", body)).Status);

    public static TheoryData<string, HttpStatusCode> Giants => new()
    {
        { Context("\"a\":" + new string('[', 1_000) + new string(']', 1_000)), HttpStatusCode.BadRequest },
        { Context(Keys(100_000)), HttpStatusCode.RequestEntityTooLarge },
        { Context(Keys(5_000)), HttpStatusCode.OK },
        { Context($"\"targetingKey\":\"{new string('u', 60_000)}\""), HttpStatusCode.OK },
        { Context("\"n\":" + new string('9', 60_000)), HttpStatusCode.OK },
    };

    private static string Context(string members) => "{\"context\":{" + members + "}}";

    private static string Keys(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"k{i}\":1"));
}
