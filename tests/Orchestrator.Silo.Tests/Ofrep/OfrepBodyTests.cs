using System.Net;
using System.Net.Sockets;
using System.Text;
using CsCheck;
using Orchestrator.Api.Ofrep;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Silo.Tests.Ofrep;

public sealed class OfrepBodyTests(OfrepServer server) : IClassFixture<OfrepServer>
{
    [Theory]
    [InlineData("", "PARSE_ERROR")]
    [InlineData("   ", "PARSE_ERROR")]
    [InlineData("{", "PARSE_ERROR")]
    [InlineData("null", "PARSE_ERROR")]
    [InlineData("[]", "PARSE_ERROR")]
    [InlineData("\"context\"", "PARSE_ERROR")]
    [InlineData("{\"context\":{}", "PARSE_ERROR")]
    [InlineData("{\"context\":{\"targetingKey\":\"u\"}} x", "PARSE_ERROR")]
    [InlineData("{\"context\":{\"targetingKey\":\"u\",}}", "PARSE_ERROR")]
    [InlineData("{\"context\":{\"targetingKey\":\"u\\ud800\"}}", "PARSE_ERROR")]
    [InlineData("{\"context\":{\"internal\":\"\\udfff\"}}", "PARSE_ERROR")]
    [InlineData("{\"context\":{\"\\ud800\":1}}", "PARSE_ERROR")]
    [InlineData("{\"context\":{\"targetingKey\":\"u\",\"a\":[[[[[[[1]]]]]]]}}", "PARSE_ERROR")]
    [InlineData("{\"context\":[]}", "INVALID_CONTEXT")]
    [InlineData("{\"context\":\"u\"}", "INVALID_CONTEXT")]
    [InlineData("{\"context\":{},\"context\":{}}", "INVALID_CONTEXT")]
    [InlineData("{\"context\":{\"targetingKey\":7}}", "INVALID_CONTEXT")]
    [InlineData("{\"context\":{\"targetingKey\":{\"a\":1}}}", "INVALID_CONTEXT")]
    [InlineData("{\"context\":null,\"context\":{}}", "INVALID_CONTEXT")]
    [InlineData("{}", "TARGETING_KEY_MISSING")]
    [InlineData("{\"context\":null}", "TARGETING_KEY_MISSING")]
    [InlineData("{\"context\":{}}", "TARGETING_KEY_MISSING")]
    [InlineData("{\"context\":{\"targetingKey\":null}}", "TARGETING_KEY_MISSING")]
    public async Task A_wrong_body_is_a_bad_request_that_says_what_is_wrong(string body, string code)
    {
        var answer = await server.Ask("/split", body);

        Assert.Equal((HttpStatusCode.BadRequest, code, "split"), (answer.Status, answer["errorCode"], answer["key"]));
        Assert.NotNull(answer["errorDetails"]);
    }

    [Theory]
    [InlineData("{", "PARSE_ERROR")]
    [InlineData("{\"context\":[]}", "INVALID_CONTEXT")]
    public async Task A_wrong_body_fails_a_bulk_request_as_a_whole(string body, string code)
    {
        var answer = await server.Ask("", body);

        Assert.Equal((HttpStatusCode.BadRequest, code, null), (answer.Status, answer["errorCode"], answer["key"]));
    }

    [Fact]
    public async Task A_missing_body_is_a_bad_request()
    {
        var answer = await server.Ask("/split", (HttpContent?)null);

        Assert.Equal((HttpStatusCode.BadRequest, "PARSE_ERROR"), (answer.Status, answer["errorCode"]));
    }

    [Fact]
    public async Task A_body_that_is_not_utf8_is_a_bad_request() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Ask("/split", new ByteArrayContent([.. "{\"context\":{\"targetingKey\":\""u8, 0xff, 0xfe, .. "\"}}"u8]))).Status);

    [Fact]
    public async Task Depth_8_is_read_and_depth_9_is_not()
    {
        Assert.Equal(HttpStatusCode.OK, (await server.Ask("/all", """{"context":{"a":[[[[[[1]]]]]]}}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Ask("/all", """{"context":{"a":[[[[[[[1]]]]]]]}}""")).Status);
    }

    [Theory]
    [InlineData(RequestBody.Limit, HttpStatusCode.OK, false)]
    [InlineData(RequestBody.Limit, HttpStatusCode.OK, true)]
    [InlineData(RequestBody.Limit + 1, HttpStatusCode.RequestEntityTooLarge, false)]
    [InlineData(RequestBody.Limit + 1, HttpStatusCode.RequestEntityTooLarge, true)]
    [InlineData(10 * RequestBody.Limit, HttpStatusCode.RequestEntityTooLarge, true)]
    public async Task Up_to_64_KiB_are_read(int size, HttpStatusCode expected, bool chunked)
    {
        const string start = "{\"context\":{\"targetingKey\":\"u\",\"a\":\"";
        var body = Encoding.UTF8.GetBytes(start + new string('x', size - start.Length - 3) + "\"}}");

        var answer =
            await server.Ask("/all", new StreamContent(new MemoryStream(body)), request => request.Headers.TransferEncodingChunked = chunked);

        Assert.Equal(expected, answer.Status);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nnot-a-chunk\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\n{\"con\r\nZZ\r\n")]
    public async Task Broken_chunks_are_a_bad_request(string rest) => Assert.StartsWith("HTTP/1.1 400 ", await Raw(rest), StringComparison.Ordinal);

    [Fact]
    public async Task A_body_that_comes_in_pieces_is_put_together() => Assert.StartsWith(
        "HTTP/1.1 200 ",
        await Raw("Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\n{\"con\r\n", "a\r\ntext\":{}} \r\n", "0\r\n\r\n"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_hangs_up_is_no_error(bool politely)
    {
        await using var own = new OfrepServer();
        await own.InitializeAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, own.Address.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                "POST /ofrep/v1/evaluate/flags/all HTTP/1.1\r\nHost: localhost\r\nX-API-Key: eval\r\nContent-Length: 100\r\n\r\n{\"con"));
            await own.Entered.WaitAsync(limit.Token);
            client.LingerState = new LingerOption(!politely, 0);
        }

        Assert.Null(await own.Outcomes.Reader.ReadAsync(limit.Token));
        Assert.Equal(HttpStatusCode.OK, (await own.Ask("/all", """{"context":{}}""")).Status);
    }

    [Fact]
    public void Whatever_the_bytes_reading_says_what_is_wrong_and_never_throws()
    {
        var valid = """{"context":{"targetingKey":"u\u00e9","internal":true,"a":[1,{"b":null}],"n":-1.5e3},"x":"\ud83d\ude00"}"""u8.ToArray();
        var user = new EvaluationContext();
        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte, Gen.Int[0, valid.Length - 1], Gen.Byte, Gen.Int[0, valid.Length])
            .Sample((i, a, j, b, length) =>
        {
            byte[] body = [.. valid];
            (body[i], body[j]) = (a, b);
            var environment = server.Current.Environment("production");
            var problem = ContextBody.Read(body.AsSpan(0, length), user.Begin(environment));
            return problem is null or { Code: "PARSE_ERROR" or "INVALID_CONTEXT" };
        }, threads: 1);
    }

    private async Task<string> Raw(params string[] pieces)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("POST /ofrep/v1/evaluate/flags/all HTTP/1.1\r\nHost: localhost\r\nX-API-Key: eval\r\n"));
        foreach (var piece in pieces)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(piece));
            await stream.FlushAsync();
        }

        var answer = new byte[4096];
        var count = await stream.ReadAsync(answer);
        return Encoding.ASCII.GetString(answer, 0, count);
    }
}
