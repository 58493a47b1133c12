using Microsoft.AspNetCore.Http;

namespace Orchestrator.Dashboard.Frame;

/// <summary>
/// Pages that load themselves again take turns: at an event all open pages ask at once, and fifty renderings take every processor from the
/// evaluations beside them. A page that a person opens, and every form, goes at once.
/// </summary>
/// <param name="atOnce">Refreshes that are rendered at once.</param>
/// <param name="patience">Longest wait for a turn; then a refresh goes without one, so that one that waits for the store holds up no other.</param>
internal sealed class RefreshTurns(int atOnce, TimeSpan patience)
{
    /// <summary>Header of a page that loads itself again.</summary>
    public const string Header = "X-Live";

    private readonly SemaphoreSlim turns = new(atOnce);

    /// <summary>Half of the processors, at least one: the others evaluate.</summary>
    public RefreshTurns()
        : this(Math.Max(1, Environment.ProcessorCount / 2), TimeSpan.FromSeconds(2))
    {
    }

    /// <summary>Middleware around the rendering.</summary>
    public async Task Take(HttpContext http, RequestDelegate next)
    {
        if (!HttpMethods.IsGet(http.Request.Method) || !http.Request.Headers.ContainsKey(Header))
        {
            await next(http);
            return;
        }

        bool taken;
        try
        {
            taken = await turns.WaitAsync(patience, http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The reader has gone and needs no page.
            return;
        }

        try
        {
            await next(http);
        }
        finally
        {
            if (taken)
            {
                turns.Release();
            }
        }
    }
}
