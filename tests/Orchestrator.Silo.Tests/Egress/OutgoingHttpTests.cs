using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Orchestrator.Grains.Egress;

namespace Orchestrator.Silo.Tests.Egress;

public sealed partial class OutgoingHttpTests
{
    /// <summary>
    /// Folders that may make clients: the one maker; and the SDK, the client of the API and the command line, which run elsewhere and call
    /// the orchestrator, or its issuer, alone.
    /// </summary>
    private static readonly string[] Makers = ["Orchestrator.Grains/Egress/", "Orchestrator.Client/", "Orchestrator.Api.Client/", "Orchestrator.Cli/"];

    [Fact]
    public async Task A_client_that_checks_nothing_itself_calls_no_host_that_is_not_listed()
    {
        using var client = OutgoingHttp.Listed(new EgressList(["ledger.example"]));
        var stop = TestContext.Current.CancellationToken;
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://other.example/"), stop));
        Assert.Equal("other.example:80 is not among the hosts of Orchestrator:Egress:Allow", EgressRefusedException.Behind(failure)!.Message);
    }

    [Fact]
    public void Every_client_of_the_process_comes_from_the_one_maker()
    {
        var root = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "src");
        var files = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Where(file => !Makers.Any(maker => file.StartsWith(maker, StringComparison.Ordinal)))
            .ToArray();
        Assert.True(files.Length > 300, $"{files.Length} files below {root}");
        Assert.DoesNotContain(files, file => MakesOne(File.ReadAllText(Path.Combine(root, file))));
    }

    [Theory]
    [InlineData("using var client = new HttpClient();")]
    [InlineData("private readonly HttpClient _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };")]
    [InlineData("public HttpClient Client { get; } = new();")]
    [InlineData("HttpClient Make() => new(new SocketsHttpHandler());")]
    [InlineData("services.AddHttpClient(\"receiver\");")]
    [InlineData("var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);")]
    public void Ways_to_make_a_client_are_seen(string source) => Assert.True(MakesOne(source));

    [Theory]
    [InlineData("private readonly HttpClient _http = OutgoingHttp.Listed(egress);")]
    [InlineData("private static HttpClient Client()")]
    public void A_client_of_the_maker_is_fine(string source) => Assert.False(MakesOne(source));

    private static bool MakesOne(string source) => Maker().IsMatch(source);

    private static string Here([CallerFilePath] string file = "") => file;

    [GeneratedRegex(
        @"\bnew\s+(HttpClient|SocketsHttpHandler|HttpClientHandler|HttpMessageInvoker|TcpClient|Socket|ClientWebSocket)\b"
            + @"|\b(AddHttpClient|IHttpClientFactory|WebRequest)\b|\bHttpClient\??\s+\w+\s*(\{[^}]*\}\s*)?=\s*new\b|\bSocketsHttpHandler\s+\w+\s*=\s*new\b",
        RegexOptions.CultureInvariant)]
    private static partial Regex Maker();
}
