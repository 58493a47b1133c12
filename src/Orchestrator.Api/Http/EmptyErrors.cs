using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;

namespace Orchestrator.Api.Http;

/// <summary>Gives a problem to errors of the server that have no body, such as unknown addresses.</summary>
internal static class EmptyErrors
{
    public static Task Write(StatusCodeContext context)
    {
        var http = context.HttpContext;
        return http.Write(http.Response.StatusCode switch
        {
            404 => ApiResult.NotFound("http.not_found", $"There is nothing at {http.Request.Path}."),
            405 => new ApiResult.Problem(
                405, "http.method_not_allowed", $"{http.Request.Method} is not allowed here; {http.Response.Headers.Allow} is."),
            var status => new ApiResult.Problem(status, $"http.{status}", $"{ReasonPhrases.GetReasonPhrase(status)}."),
        });
    }
}
