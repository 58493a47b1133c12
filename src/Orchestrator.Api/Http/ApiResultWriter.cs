using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Orchestrator.Api.Http;

/// <summary>Writes results as HTTP.</summary>
internal static class ApiResultWriter
{
    public static Task Write(this HttpContext http, ApiResult result) => result switch
    {
        ApiResult.Ok ok => Write(http, ok),
        ApiResult.NoContent => NoContent(http),
        ApiResult.Written written => written.Write(http),
        ApiResult.Problem problem => Write(http, problem),
        _ => throw new InvalidOperationException($"Unknown result {result}."),
    };

    private static Task NoContent(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task Write(HttpContext http, ApiResult.Ok ok)
    {
        if (ok.Location is not null)
        {
            http.Response.Headers.Location = ok.Location;
        }

        if (ok.Version is { } version)
        {
            var tag = ETags.Of(version);
            http.Response.Headers.ETag = tag;
            if (HttpMethods.IsGet(http.Request.Method) && http.Request.Headers.IfNoneMatch == tag)
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }

        http.Response.StatusCode = ok.Status;
        return Json(http, "application/json; charset=utf-8", ok.Body);
    }

    private static async Task Write(HttpContext http, ApiResult.Problem problem)
    {
        var unread = problem.Status == StatusCodes.Status413PayloadTooLarge && HttpProtocol.IsHttp11(http.Request.Protocol);
        if (unread)
        {
            // The body is not taken, so the connection ends: a client that does not know would lose its next request.
            http.Response.Headers.Connection = "close";
        }

        await WriteHead(http, problem);
        if (unread)
        {
            await UnreadBody.Skip(http);
        }
    }

    private static Task WriteHead(HttpContext http, ApiResult.Problem problem)
    {
        http.Response.StatusCode = problem.Status;
        if (problem.RetryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        }

        if (OtlpStatus.Takes(http.Request))
        {
            return OtlpStatus.Write(http, problem);
        }

        return Json(http, "application/problem+json; charset=utf-8", new
        {
            type = "about:blank",
            title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(problem.Status),
            status = problem.Status,
            code = problem.Code,
            detail = problem.Detail,
            instance = http.Request.Path.Value,
            errors = problem.Errors.IsDefaultOrEmpty ? null : problem.Errors.ToArray(),
        });
    }

    private static async Task Json(HttpContext http, string contentType, object body)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), ApiJson.Options);
        http.Response.ContentType = contentType;
        http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }
}
