using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Grains.Egress;
using Orchestrator.Grains.Metrics.Sources;
using Orchestrator.Grains.Metrics.Sources.Credentials;
using Orchestrator.Grains.Metrics.Sources.Http;
using Orchestrator.Silo.Cluster;

namespace Orchestrator.Silo.Tests.Sources;

/// <summary>A server that answers in every wrong way: each is a sentence, and no number.</summary>
public sealed class BadAnswerTests : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(300);
    private static readonly SourceQuery Query =
        new(new SourceSeries("requests", SourceShape.Counter, "r"), new SeriesAudience(Variant.New, Traffic.Live, null), "r");
    private readonly SourceHttp _http = new(new EgressList([]), new CredentialSettings(new ConfigurationBuilder().Build()));
    private WebApplication _server = null!;
    private int _followed;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.MapGet("/{way}/api/v1/query", Answer);
        _server.MapGet("/elsewhere", () => Interlocked.Increment(ref _followed));
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("malformed", "the answer is not JSON")]
    [InlineData("refused", "Prometheus refuses the query: parse error")]
    [InlineData("broken", "the server answers 500")]
    [InlineData("unauthorised", "the server answers 401")]
    [InlineData("redirect", "the server answers 302, a redirect, which is not followed")]
    [InlineData("huge", "the answer is larger than 1024 KiB")]
    [InlineData("endless", "the answer is larger than 1024 KiB")]
    [InlineData("silent", "no answer within 0.3 s")]
    [InlineData("dripping", "no answer within 0.3 s")]
    [InlineData("hanging-up", "no answer: ")]
    public async Task Bad_answer_is_a_sentence_and_no_number(string way, string error)
    {
        var scrape = await Ask($"{_server.Urls.Single()}/{way}");

        Assert.StartsWith(error, scrape.Error, StringComparison.Ordinal);
        Assert.Empty(scrape.Points);
        Assert.Equal(0, _followed);
        var round = new SourceRounds(TimeSpan.FromSeconds(15), 1).Take([scrape], DateTimeOffset.UnixEpoch);
        Assert.Null(round.Body);
        Assert.Equal(QueryState.Failing, Assert.Single(round.Outcomes).State);
    }

    [Fact]
    public async Task Good_answer_carries_the_time_of_the_scrape()
    {
        var scrape = await Ask($"{_server.Urls.Single()}/good");

        Assert.Null(scrape.Error);
        Assert.Equal((1_700_000_000_500, 1_699_999_998_250), (scrape.At, Assert.Single(scrape.Points).At));
    }

    [Fact]
    public async Task Closed_port_is_a_sentence() => Assert.StartsWith("no answer: ", (await Ask($"http://127.0.0.1:{FreePort.Pick()}")).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Host_that_is_not_allowed_is_never_asked() =>
        Assert.Equal("prometheus.example:9090 is not among the hosts of Orchestrator:Egress:Allow", (await Ask("http://prometheus.example:9090")).Error);

    private static async Task Answer(HttpContext http)
    {
        const string vector = """{ "status": "success", "data": { "resultType": "vector", "result": [ { "metric": { "job": "j" }, "value": [VALUE] } ] } }""";
        var response = http.Response;
        switch ((string)http.Request.RouteValues["way"]!)
        {
            case "good":
                var times = http.Request.Query["query"].ToString().StartsWith("timestamp(\n", StringComparison.Ordinal);
                await response.WriteAsync(vector.Replace("VALUE", times ? "1700000000.5, \"1699999998.25\"" : "1700000000.5, \"42\"", StringComparison.Ordinal));
                break;
            case "malformed":
                await response.WriteAsync(vector[..40]);
                break;
            case "refused":
                response.StatusCode = 400;
                await response.WriteAsync("""{ "status": "error", "errorType": "bad_data", "error": "parse error: no" }""");
                break;
            case "broken":
                response.StatusCode = 500;
                break;
            case "unauthorised":
                response.StatusCode = 401;
                break;
            case "redirect":
                response.Redirect("/elsewhere");
                break;
            case "huge":
                response.ContentLength = 3 * SourceHttp.LargestAnswer;
                await Spaces(http, 3 * SourceHttp.LargestAnswer);
                break;
            case "endless":
                await Spaces(http, long.MaxValue);
                break;
            case "dripping":
                await response.WriteAsync(vector[..40]);
                await response.Body.FlushAsync();
                await Task.Delay(System.Threading.Timeout.Infinite, http.RequestAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case "silent":
                await Task.Delay(System.Threading.Timeout.Infinite, http.RequestAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            default:
                http.Abort();
                break;
        }
    }

    private static async Task Spaces(HttpContext http, long count)
    {
        var block = new byte[64 * 1024];
        block.AsSpan().Fill((byte)' ');
        try
        {
            for (long sent = 0; sent < count; sent += block.Length)
            {
                await http.Response.Body.WriteAsync(block, http.RequestAborted);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The other side has read enough.
        }
    }

    private Task<Scrape> Ask(string url) => new PrometheusClient(_http).Ask(url, null, Query, url.Contains("silent", StringComparison.Ordinal)
        || url.Contains("dripping", StringComparison.Ordinal) ? Timeout : TimeSpan.FromSeconds(30), CancellationToken.None);
}
