using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Api.Http;
using Orchestrator.Grains.Cluster;

namespace Orchestrator.Silo.Tests.Http;

public sealed class ApiExceptionHandlerTests
{
    [Fact]
    public async Task A_bug_is_500_and_names_the_trace_of_the_log_line_alone()
    {
        var (status, problem) = await Handle(new InvalidOperationException("a secret of the code"));
        Assert.Equal((500, "internal"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal("Internal error. See the server log for trace 4bf92f35.", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [MemberData(nameof(Expected))]
    public async Task Failures_that_are_no_bugs_have_codes_of_their_own(Exception exception, int status, string code)
    {
        var (given, problem) = await Handle(exception);
        Assert.Equal((status, code), (given, problem.GetProperty("code").GetString()));
    }

    public static TheoryData<Exception, int, string> Expected => new()
    {
        { new BadHttpRequestException("too large", 413), 413, "body.too_large" },
        { new BadHttpRequestException("bad chunk", 400), 400, "http.malformed" },
        { new IOException("bad chunk", new OverflowException()), 400, "http.malformed" },
        { new EvaluationOnlyException(), 503, "node.evaluation_only" },
        { new TimeoutException(), 503, "unavailable" },
        { new IOException("the disk"), 503, "unavailable" },
    };

    private static async Task<(int Status, JsonElement Problem)> Handle(Exception exception)
    {
        var http = new DefaultHttpContext { TraceIdentifier = "4bf92f35" };
        var body = new MemoryStream();
        http.Response.Body = body;
        Assert.True(await new ApiExceptionHandler(NullLogger<ApiExceptionHandler>.Instance).TryHandleAsync(
            http, exception, CancellationToken.None));
        Assert.Equal("nosniff", http.Response.Headers.XContentTypeOptions);
        return (http.Response.StatusCode, JsonDocument.Parse(body.ToArray()).RootElement);
    }
}
