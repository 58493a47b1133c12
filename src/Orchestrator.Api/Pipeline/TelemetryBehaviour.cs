using System.Diagnostics;
using MediatR;
using Orchestrator.Api.Diagnostics;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;

namespace Orchestrator.Api.Pipeline;

/// <summary>Measures and traces every request, however it ends.</summary>
internal sealed class TelemetryBehaviour : IPipelineBehavior<ApiRequest, ApiResult>
{
    public async Task<ApiResult> Handle(ApiRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<ApiResult> next)
    {
        using var activity = Begin(request);

        // The problem of an internal error names it, after the activity has ended.
        request.Http.TraceIdentifier = activity.TraceId.ToString();
        var started = TimeProvider.System.GetTimestamp();
        var outcome = "fault";
        try
        {
            var result = await next();
            outcome = result is ApiResult.Problem problem ? problem.Code : "ok";
            return result;
        }
        finally
        {
            activity.SetTag("orchestrator.outcome", outcome);
            Telemetry.Requests.Record(
                TimeProvider.System.GetElapsedTime(started).TotalSeconds,
                new KeyValuePair<string, object?>("operation", request.Name), new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    /// <summary>Everything that follows shares its trace. Made here: hosting would make one for each evaluation too.</summary>
    private static Activity Begin(ApiRequest request)
    {
        ActivityContext.TryParse(request.Http.Request.Headers.TraceParent, request.Http.Request.Headers.TraceState, out var caller);
        if (Telemetry.Source.StartActivity(request.Name, ActivityKind.Server, caller) is { } listened)
        {
            return listened;
        }

        var activity = new Activity(request.Name);
        return (caller == default ? activity : activity.SetParentId(caller.TraceId, caller.SpanId, caller.TraceFlags)).Start();
    }
}
