using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Frame;

public sealed partial class CompressionTests
{
    [Fact]
    public async Task Opened_page_is_compressed_and_the_answer_to_a_form_is_not()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        using var admin = silo.As(SiloHost.AdminKey);
        admin.DefaultRequestHeaders.Add("Accept", "text/html");
        var plain = await admin.GetByteArrayAsync("/rollouts/r1");
        foreach (var (encoding, unpack) in (IEnumerable<(string, Func<Stream, Stream>)>)
        [
            ("br", packed => new BrotliStream(packed, CompressionMode.Decompress)),
            ("gzip", packed => new GZipStream(packed, CompressionMode.Decompress)),
        ])
        {
            using var answer = await Open(admin, HttpMethod.Get, "/rollouts/r1", encoding);
            Assert.Equal([encoding], answer.Content.Headers.ContentEncoding);
            Assert.Contains("Accept-Encoding", answer.Headers.Vary);
            var packed = await answer.Content.ReadAsByteArrayAsync();
            Assert.InRange(packed.Length, 1, plain.Length / 2);
            using var text = new StreamReader(unpack(new MemoryStream(packed)));
            Assert.Contains("New checkout", await text.ReadToEndAsync(), StringComparison.Ordinal);
        }

        using var refused = await Open(admin, HttpMethod.Post, "/rollouts/r1/rollback", "br");
        Assert.Equal((HttpStatusCode.BadRequest, 0), (refused.StatusCode, refused.Content.Headers.ContentEncoding.Count));
        using var data = await Open(admin, HttpMethod.Get, "/api/v1/rollouts/r1", "br");
        Assert.Empty(data.Content.Headers.ContentEncoding);
    }

    /// <summary>A secret that stays the same could be guessed from the lengths of compressed pages.</summary>
    [Fact]
    public async Task Token_of_a_form_is_another_text_in_each_answer()
    {
        await using var silo = await SiloHost.Start();
        await Stories.Start(silo, "r1");
        using var engineer = await Reader.Of(silo, "engineering");
        var tokens = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            var page = await engineer.Open("/rollouts/r1/rollback");
            tokens.Add(Token().Match(page.Html).Groups[1].Value);
        }

        Assert.Equal(3, tokens.Count);
        Assert.DoesNotContain("", tokens);
    }

    private static Task<HttpResponseMessage> Open(HttpClient client, HttpMethod method, string path, string encoding)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.AcceptEncoding.ParseAdd(encoding);
        return client.SendAsync(request);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
