using Microsoft.AspNetCore.Http;

namespace Orchestrator.Api.Ofrep;

/// <summary>CORS: browsers send a context and a key to another origin only when the server allows it.</summary>
/// <param name="allowed">Origins as browsers write them; <c>*</c> for all.</param>
internal sealed class Origins(string[] allowed)
{
    private const string RequestHeaders = "authorization, cache-control, content-type, if-none-match, last-event-id, x-api-key";

    /// <summary>Adds the headers to the response; true when that is the whole response (preflight).</summary>
    public bool Answers(HttpContext http)
    {
        var request = http.Request.Headers;
        var headers = http.Response.Headers;
        headers.Vary = "Origin";
        if (request.Origin is not [{ } origin] || !(allowed.Contains("*") || allowed.Contains(origin, StringComparer.OrdinalIgnoreCase)))
        {
            return false;
        }

        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlExposeHeaders = "ETag, Retry-After";
        if (!HttpMethods.IsOptions(http.Request.Method) || request.AccessControlRequestMethod.Count == 0)
        {
            return false;
        }

        headers.AccessControlAllowMethods = "GET, POST";
        headers.AccessControlAllowHeaders = RequestHeaders;
        headers.AccessControlMaxAge = "7200";
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }
}
