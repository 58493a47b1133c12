using Microsoft.AspNetCore.Http;

namespace Orchestrator.Api.Rollouts;

/// <summary>
/// Refuses exporters that use gRPC, in terms of gRPC: status 12 (UNIMPLEMENTED) in the headers of a response without a body. They do not
/// retry it, and log the sentence.
/// </summary>
internal static class OtlpGrpc
{
    private const string Unimplemented = "12";

    public static Task Answer(HttpContext http, RequestDelegate next)
    {
        if (http.Request.ContentType is not { } type || !type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase))
        {
            return next(http);
        }

        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = Unimplemented;
        http.Response.Headers["grpc-message"] = "gRPC is not supported; export by OTLP/HTTP: OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf";
        return Task.CompletedTask;
    }
}
