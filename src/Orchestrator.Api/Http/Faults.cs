using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Cluster;
using Orleans.Runtime;

namespace Orchestrator.Api.Http;

/// <summary>Makes a problem of everything that ends without an answer: unknown addresses, broken requests, outages, bugs.</summary>
internal sealed partial class Faults(RequestDelegate next, ILogger<Faults> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (http.Response is { StatusCode: >= 400, HasStarted: false, ContentLength: null, ContentType: null })
            {
                await http.Write(Unanswered(http));
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            SafeHeaders.Set(http);
            await http.Write(Problem(http, e));
        }
    }

    private static Answer.Problem Unanswered(HttpContext http) => http.Response.StatusCode switch
    {
        404 => Answer.NotFound("http.not_found", $"There is nothing at {http.Request.Path}."),
        405 => new Answer.Problem(405, "http.method_not_allowed", $"{http.Request.Method} is not allowed here; {http.Response.Headers.Allow} is."),
        var status => new Answer.Problem(status, $"http.{status}", $"{ReasonPhrases.GetReasonPhrase(status)}."),
    };

    private Answer.Problem Problem(HttpContext http, Exception e)
    {
        switch (e)
        {
            case BadHttpRequestException { StatusCode: 413 }:
                return new Answer.Problem(413, "body.too_large", "The body is too large.");
            case BadHttpRequestException bad:
                return new Answer.Problem(bad.StatusCode, "http.malformed", bad.Message);
            // Kestrel's word for the size of a chunk that no number holds.
            case IOException { InnerException: OverflowException } bad:
                return new Answer.Problem(400, "http.malformed", bad.Message);
            case EvaluationOnlyException only:
                return new Answer.Problem(503, "node.evaluation_only", only.Message);
            case TimeoutException or OrleansException or IOException or System.Data.Common.DbException:
                LogOutage(http.Request.Method, http.Request.Path, e);
                return new Answer.Problem(503, "unavailable", "The node cannot do this just now. With an Idempotency-Key it is safe to try again.", RetryAfter: 1);
            default:
                LogBug(http.Request.Method, http.Request.Path, e);
                return new Answer.Problem(500, "internal", "Something is wrong here; the log says what.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} could not be done")]
    private partial void LogOutage(string method, PathString path, Exception e);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogBug(string method, PathString path, Exception e);
}
