using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Events;

/// <summary>The events of one stream: a page as JSON, the whole as lines, and whether they are as they were written.</summary>
internal static class EventPages
{
    private const string Lines = "application/x-ndjson";
    private const int Batch = 500;

    public static async Task<Answer> Page(Ask ask, string stream)
    {
        var log = ask.Service<IEventLog>();
        var access = ask.Service<IWorld>().Current.Access;
        if (ask.Http.Request.Headers.Accept.ToString().Contains(Lines, StringComparison.OrdinalIgnoreCase))
        {
            return new Answer.Written(http => WriteLines(http, log, stream, access));
        }

        if (Paging.Read(ask.Http.Request.Query, out Paging paging) is { } problem)
        {
            return problem;
        }

        var found = await log.ReadStream(stream, paging.After, paging.Limit + 1, ask.Stop);
        var shown = found.Take(paging.Limit).ToArray();
        return new Answer.Ok(new { events = shown.Select(one => EventView.Of(one, access)), next = found.Count > shown.Length ? shown[^1].Version : (long?)null });
    }

    private static async Task WriteLines(Microsoft.AspNetCore.Http.HttpContext http, IEventLog log, string stream, AccessState access)
    {
        http.Response.ContentType = Lines;
        var after = 0L;
        while (await log.ReadStream(stream, after, Batch, http.RequestAborted) is { Count: > 0 } batch)
        {
            foreach (var one in batch)
            {
                await http.Response.Body.WriteAsync((byte[])[.. EventView.Json(one, access), (byte)'\n'], http.RequestAborted);
            }

            after = batch[^1].Version;
        }
    }
}
