using System.Globalization;
using System.Text;
using Orchestrator.Silo.Tests.Fuzz;

namespace Orchestrator.Benchmarks.Fuzz;

/// <summary>
/// Whole requests that are nearly valid: route, method, query, headers, body and its framing. Request i of a seed depends only on i, the
/// seed and the names of its round.
/// </summary>
/// <param name="seed">Seed of the run.</param>
/// <param name="routes">Methods and paths with <c>{parameters}</c>.</param>
internal sealed class FuzzRequests(int seed, IReadOnlyList<(string Method, string Path)> routes)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "Post", "FOO", "PROPFIND", "", "G\tET", new('M', 300)];

    private static readonly string[] Segments =
        ["", ".", "..", "%2e%2e", "%2F", "%00", "%", "%zz", "%ed%a0%80", "%ff", "%c0%80", "a%20b", "+", "~", "-", "A", "a:b", "a;b", "*",
         "null", "-1", "0", "9223372036854775807", "9223372036854775808", "😀", "%F0%9F%98%80", "..%5c", "a\\b", new('a', 63), new('a', 64),
         new('a', 4000)];

    private static readonly string[] Names =
        ["after", "limit", "at", "key", "environment", "status", "token", "timeline", "from", "to", "plan", "flag", "segment", "revision",
         "format", "rollout", "cursor", "type", "state", "full", ""];

    private static readonly string[] Values =
        ["", "0", "-1", "1", "3", "1e9", "NaN", "true", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
         "18446744073709551616", "%00", "%ed%a0%80", "%", "%zz", "+", "a%20b", "null", "[]", "{}",
         "2026-03-02T09:00:00Z", "2026-13-40T99:99:99Z", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59Z", "running", "production",
         "1-2", "1-9223372036854775807", new('9', 400), new('a', 3000)];

    private static readonly string[] Headers =
        ["Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "Accept", "Accept-Encoding", "Content-Encoding", "Origin",
         "Range", "Expect", "Upgrade", "Connection", "Transfer-Encoding", "Cookie", "X-Forwarded-For",
         "X-Forwarded-Proto", "X-HTTP-Method-Override", "traceparent", "webhook-id", "webhook-timestamp", "webhook-signature",
         "Access-Control-Request-Method", "Date", "If-Modified-Since", "Content-Language", "Forwarded", "TE", "Host"];

    private static readonly string[] HeaderValues =
        ["", "*", "*/*", "text/event-stream", "application/json", "text/html;q=x", "gzip", "br", "deflate, gzip", "identity", "\"1\"",
         "\"9223372036854775808\"", "W/\"x\"", "1-1", "0", "-1", "9223372036854775807", "bytes=0-", "100-continue",
         "websocket", "h2c", "close", "keep-alive", "chunked", "null", "http://evil.example",
         "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01", "v1,AAAA", "v1,%%%", "\u00ff\u00fe", "\t", "=,=;=\"", "1772442000",
         "a.b",
         new('x', 200), new('x', 7000)];

    private static readonly string[] Types =
        ["application/json", "application/yaml", "application/x-protobuf", "text/plain", "application/json; charset=utf-16",
         "application/json; charset=nope", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "", "x", "a/b/c",
         "application/grpc"];

    /// <param name="index">Number of the request.</param>
    /// <param name="round">Names that exist while it is sent.</param>
    /// <returns>The request; true when all of its body was sent as its headers declare.</returns>
    public (byte[] Bytes, bool Whole) Of(int index, FuzzRound round)
    {
        var random = new Random(Mixed(index));
        var (method, path) = routes[random.Next(routes.Count)];
        var body = HasBody(method) ? random.Next(10) > 0 : random.Next(10) == 0;
        var content = body ? Body(path, index, random) : [];
        var head = new StringBuilder();
        head.Append(random.Next(8) > 0 ? method : Pick(random, Methods)).Append(' ').Append(Target(path, round, random))
            .Append(random.Next(200) > 0 ? " HTTP/1.1\r\n" : " HTTP/9.9\r\n");
        head.Append(random.Next(100) > 0 ? "Host: silo\r\n" : "");
        head.Append(Key(round, path, random));
        for (var more = random.Next(4); more > 0; more--)
        {
            head.Append(Pick(random, Headers)).Append(": ").Append(Pick(random, HeaderValues)).Append("\r\n");
        }

        var whole = true;
        if (body)
        {
            head.Append("Content-Type: ").Append(random.Next(5) > 0 ? TypeOf(path) : Pick(random, Types)).Append("\r\n");
            (content, whole) = Framed(head, content, random);
        }

        return ([.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. content], whole);
    }

    private int Mixed(int index)
    {
        // Steele, Lea and Flood 2014: the same in every process, which HashCode is not.
        var mixed = ((ulong)(uint)seed << 32 | (uint)index) * 0x9e3779b97f4a7c15;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        return (int)(mixed >> 33);
    }

    private static bool HasBody(string method) => method is "POST" or "PUT";

    private static string TypeOf(string path) => path.EndsWith("/validate", StringComparison.Ordinal) ? "application/yaml" : "application/json";

    /// <summary>One in three is valid: else no code behind the parsers is reached.</summary>
    private byte[] Body(string path, int index, Random random) => random.Next(3) == 0
        ? Encoding.UTF8.GetBytes(Pick(random, FuzzCorpus.For(path)))
        : new Mutations(seed, [.. FuzzCorpus.For(path).Select(Encoding.UTF8.GetBytes)])[index];

    private static string Target(string path, FuzzRound round, Random random)
    {
        var target = new StringBuilder();
        foreach (var part in path.Split('/').Skip(1))
        {
            target.Append('/')
                .Append(!part.StartsWith('{') ? part : random.Next(4) > 0 ? round.Value(path, part) : Utf8(Pick(random, Segments)));
        }

        for (var (more, first) = (random.Next(3) == 0 ? random.Next(1, 4) : 0, true); more > 0; more--, first = false)
        {
            target.Append(first ? '?' : '&').Append(Pick(random, Names)).Append(random.Next(10) > 0 ? "=" : "").Append(Pick(random, Values));
        }

        if (random.Next(40) == 0)
        {
            target.Insert(random.Next(target.Length + 1), Utf8(Pick(random, Segments)));
        }

        return target.ToString();
    }

    private static string Key(FuzzRound round, string path, Random random)
    {
        var key = random.Next(20) switch
        {
            0 => "rok_no_key_at_all",
            1 => Pick(random, HeaderValues),
            2 or 3 or 4 => Pick(random, round.Keys),
            _ => path.StartsWith("/ofrep", StringComparison.Ordinal) || path.StartsWith("/sdk", StringComparison.Ordinal)
                ? round.Evaluation
                : round.Admin,
        };
        return random.Next(3) == 0 ? $"Authorization: Bearer {key}\r\n" : $"X-API-Key: {key}\r\n";
    }

    private static (byte[] Content, bool Whole) Framed(StringBuilder head, byte[] content, Random random)
    {
        switch (random.Next(40))
        {
            case 0:
                head.Append(CultureInfo.InvariantCulture, $"Content-Length: {content.Length + random.Next(1, 100)}\r\n");
                return (content, false);
            case 1:
                head.Append("Content-Length: ").Append(Pick(random, Values)).Append("\r\n");
                return (content, false);
            case 2:
                head.Append("Transfer-Encoding: chunked\r\n");
                return (content, false);
            case 3 or 4 or 5:
                head.Append("Transfer-Encoding: chunked\r\n");
                return ([.. Encoding.ASCII.GetBytes($"{content.Length:x}\r\n"), .. content, .. "\r\n0\r\n\r\n"u8], true);
            default:
                head.Append(CultureInfo.InvariantCulture, $"Content-Length: {content.Length}\r\n");
                return (content, true);
        }
    }

    private static string Utf8(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static string Pick(Random random, IReadOnlyList<string> of) => of[random.Next(of.Count)];
}

/// <summary>Names and keys that exist while a round of requests is sent.</summary>
internal sealed record FuzzRound(
    string Rollout, string Plan, string Environment, string Flag, string Admin, string Evaluation, IReadOnlyList<string> Keys)
{
    /// <summary>The value of a parameter that exists in the round.</summary>
    public string Value(string path, string parameter) => parameter.Trim('{', '}') switch
    {
        "environment" => Environment,
        "name" => Plan,
        "key" => path.Contains("segments", StringComparison.Ordinal) ? "beta" : Flag,
        _ when path.Contains("incidents", StringComparison.Ordinal) => Rollout + "-1",
        _ => Rollout,
    };
}
