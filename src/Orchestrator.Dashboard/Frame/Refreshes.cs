using Microsoft.AspNetCore.Http;

namespace Orchestrator.Dashboard.Frame;

/// <summary>
/// Refreshes of open pages. An event reaches all of them at once, and fifty renderings at once would take every processor from
/// evaluations. Their work therefore runs on half of the processors, in the order in which it comes. A refresh that waits for an answer
/// holds up no other. Waiting refreshes are bounded as connections are. A page that a person opens does not wait here.
/// </summary>
internal static class Refreshes
{
    /// <summary>Header by which the script of the pages says that it refreshes one.</summary>
    public const string Header = "X-Live";

    private static readonly TaskScheduler Turns =
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, Math.Max(1, Environment.ProcessorCount / 2)).ConcurrentScheduler;

    /// <summary>Continues a refresh on the processors of refreshes, and any other request at once.</summary>
    public static Task Continue(HttpContext http, RequestDelegate next) =>
        HttpMethods.IsGet(http.Request.Method) && http.Request.Headers.ContainsKey(Header)
            ? Task.Factory.StartNew(() => next(http), http.RequestAborted, TaskCreationOptions.DenyChildAttach, Turns).Unwrap()
            : next(http);
}
