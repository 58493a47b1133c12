using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Events;

/// <summary>The events of one stream: a page as JSON, the whole as lines, with the result of their verification.</summary>
internal static class EventPages
{
    private const string Lines = "application/x-ndjson";
    private const int Batch = 500;

    /// <summary>Events scanned for one page: a page may have few and still have a next one.</summary>
    private const int Looked = 5_000;

    public static async Task<ApiResult> Page(Query request, string stream)
    {
        var log = request.Service<IEventLog>();
        var access = request.Service<IWorld>().Current.Access;
        if (EventTypes.Read(request.Http.Request.Query, out var types) is { } unknown)
        {
            return unknown;
        }

        if (request.Http.Request.Headers.Accept.ToString().Contains(Lines, StringComparison.OrdinalIgnoreCase))
        {
            return new ApiResult.Written(http => WriteLines(http, log, stream, access, types));
        }

        if (Paging.Read(request.Http.Request.Query, out Paging paging) is { } problem)
        {
            return problem;
        }

        var (shown, next) = await Find(log, stream, types, paging, request.Stop);
        return new ApiResult.Ok(new { events = shown.Select(one => EventView.Of(one, access)), next });
    }

    private static async Task<(List<RecordedEvent> Shown, long? Next)> Find(
        IEventLog log, string stream, EventTypes types, Paging paging, CancellationToken stop)
    {
        var shown = new List<RecordedEvent>();
        var (after, looked) = (paging.After, 0);
        while (true)
        {
            var size = types.All ? paging.Limit - shown.Count + 1 : Batch;
            var batch = await log.ReadStream(stream, after, size, stop);
            foreach (var one in batch)
            {
                if (types.Include(one.Type) && shown.Count == paging.Limit)
                {
                    return (shown, after);
                }

                after = one.Version;
                if (types.Include(one.Type))
                {
                    shown.Add(one);
                }
            }

            if (batch.Count < size || (looked += batch.Count) >= Looked)
            {
                return (shown, batch.Count < size ? null : after);
            }
        }
    }

    private static async Task WriteLines(
        Microsoft.AspNetCore.Http.HttpContext http, IEventLog log, string stream, AccessState access, EventTypes types)
    {
        http.Response.ContentType = Lines;
        var after = 0L;
        while (await log.ReadStream(stream, after, Batch, http.RequestAborted) is { Count: > 0 } batch)
        {
            foreach (var one in batch.Where(one => types.Include(one.Type)))
            {
                await http.Response.Body.WriteAsync((byte[])[.. EventView.Json(one, access), (byte)'\n'], http.RequestAborted);
            }

            after = batch[^1].Version;
        }
    }
}
