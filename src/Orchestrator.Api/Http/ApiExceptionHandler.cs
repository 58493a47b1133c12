using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Cluster;

namespace Orchestrator.Api.Http;

/// <summary>Makes a problem of each exception: broken requests, outages, bugs.</summary>
internal sealed partial class ApiExceptionHandler(ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        SafeHeaders.Set(httpContext);
        await httpContext.Write(Problem(httpContext, exception));
        return true;
    }

    private ApiResult.Problem Problem(HttpContext http, Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException { StatusCode: 413 }:
                return new ApiResult.Problem(413, "body.too_large", "The body is too large.");
            case BadHttpRequestException bad:
                return new ApiResult.Problem(bad.StatusCode, "http.malformed", bad.Message);

            // Kestrel's exception for the size of a chunk that no number holds.
            case IOException { InnerException: OverflowException } bad:
                return new ApiResult.Problem(400, "http.malformed", bad.Message);
            case EvaluationOnlyException only:
                return new ApiResult.Problem(503, "node.evaluation_only", only.Message);
            case TimeoutException or OrleansException or IOException or System.Data.Common.DbException:
                LogOutage(http.Request.Method, http.Request.Path, exception);
                return new ApiResult.Problem(
                    503, "unavailable", "A dependency of the node is unavailable. With an Idempotency-Key a retry is safe.", RetryAfter: 1);
            default:
                LogBug(http.Request.Method, http.Request.Path, http.TraceIdentifier, exception);
                return new ApiResult.Problem(500, "internal", $"Internal error. See the server log for trace {http.TraceIdentifier}.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} failed: a dependency is unavailable")]
    private partial void LogOutage(string method, PathString path, Exception exception);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed with an internal error (trace {Trace})")]
    private partial void LogBug(string method, PathString path, string trace, Exception exception);
}
