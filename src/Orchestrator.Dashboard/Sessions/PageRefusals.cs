using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Http;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>Answers of pages to a browser without a session.</summary>
internal sealed class PageRefusals : IPageRefusals
{
    /// <summary>Field of the forms whose text survives the sign-in.</summary>
    private const string Reason = "reason";

    /// <summary>Longest text that survives, in characters.</summary>
    private const int LongestReason = 500;

    /// <summary>
    /// The cookie is not sent when a link of another site leads here, such as one in a chat. This page loads the address again, from this
    /// site: then it is.
    /// </summary>
    private const string Bounce =
        """
        <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0"><title>Rollout Orchestrator</title></head><body><p>One moment. <a href="">Open the page</a></p></body></html>
        """;

    public bool Takes(HttpContext http) => SessionEndpoint.IsPage(http) && !SessionHandler.HasOther(http.Request);

    public async Task Refuse(HttpContext http, ApiResult.Problem problem)
    {
        var request = http.Request;
        http.Response.Headers.CacheControl = "no-store";
        if (problem.Status != StatusCodes.Status401Unauthorized || !Navigates(request))
        {
            await (Navigates(request) ? Text(http, problem) : http.Write(problem));
        }
        else if (HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Site"] == "cross-site"
            && SessionCookie.Read(request) is null)
        {
            await Html(http, StatusCodes.Status200OK, Bounce);
        }
        else
        {
            var back = await Back(http);
            var over = problem.Code == "access.session_over" ? $"&why={SignInNotice.Over}" : "";
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = $"{request.PathBase}{SignInEndpoints.Path}?return={Uri.EscapeDataString(back)}{over}";
        }
    }

    /// <summary>False for a script, which could not tell the sign-in from its page.</summary>
    private static bool Navigates(HttpRequest request) => request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate";

    private static async Task<string> Back(HttpContext http)
    {
        var request = http.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return LocalPath.Of(request);
        }

        // A form that was sent when its session was over: nothing is done, and what was typed comes back with its page.
        SmallForms.Bound(http);
        try
        {
            var typed = request.HasFormContentType ? (await request.ReadFormAsync(http.RequestAborted))[Reason].ToString() : "";
            var query = QueryHelpers.ParseQuery(request.QueryString.Value);
            if (typed.Length is > 0 and <= LongestReason)
            {
                query[Reason] = typed;
            }

            return LocalPath.Of(request, QueryString.Create(query).ToUriComponent());
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return LocalPath.Of(request);
        }
    }

    private static Task Text(HttpContext http, ApiResult.Problem problem)
    {
        var refresh = "";
        if (problem.RetryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            refresh = HttpMethods.IsGet(http.Request.Method)
                ? string.Create(CultureInfo.InvariantCulture, $"""<meta http-equiv="refresh" content="{seconds}">""") : "";
        }

        var detail = System.Text.Encodings.Web.HtmlEncoder.Default.Encode(problem.Detail);
        return Html(
            http, problem.Status,
            $"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{refresh}<title>Rollout Orchestrator</title></head><body><h1>Not now</h1><p>{detail}</p></body></html>""");
    }

    private static Task Html(HttpContext http, int status, string page)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.WriteAsync(page, http.RequestAborted);
    }
}
