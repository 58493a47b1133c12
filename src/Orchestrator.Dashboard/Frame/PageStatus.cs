using Microsoft.AspNetCore.Http;

namespace Orchestrator.Dashboard.Frame;

/// <summary>Status of a page that shows a problem.</summary>
internal static class PageStatus
{
    /// <summary>
    /// Answers the page with this status. Set when the answer starts: the renderer drops the content of a page whose status is 404 before.
    /// </summary>
    public static void Answers(this HttpContext http, int status) => http.Response.OnStarting(() =>
    {
        // A failure after this call has a page and a status of its own.
        if (http.Response.StatusCode == StatusCodes.Status200OK)
        {
            http.Response.StatusCode = status;
        }

        return Task.CompletedTask;
    });
}
