using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Api.Http;

/// <summary>
/// Problems for exporters. By the specification of OTLP/HTTP an answer has the encoding of its request, and a failure is a
/// <c>google.rpc.Status</c>. JSON problems stay the API's own, which hold more than a Status.
/// </summary>
internal static class OtlpStatus
{
    /// <summary>Longest message: a sentence for a log, not a body of its own.</summary>
    public const int LongestMessage = 4_000;

    /// <summary>True when a problem with this request is sent as a Status.</summary>
    public static bool Takes(HttpRequest request) =>
        Protobuf.Is(request) && request.Path.Value is { } path && path.EndsWith("/v1/metrics", StringComparison.Ordinal);

    /// <summary>A problem as a Status: <c>code</c> of google.rpc.Code, <c>message</c> with all errors.</summary>
    public static Task Write(HttpContext http, ApiResult.Problem problem)
    {
        var message = new StringBuilder($"{problem.Code}: {problem.Detail}");
        foreach (var error in problem.Errors.IsDefaultOrEmpty ? [] : problem.Errors)
        {
            message.Append(CultureInfo.InvariantCulture, $" {error.Path}: {error.Message}");
        }

        return Protobuf.Write(
            http, problem.Status, [.. Protobuf.Number(1, Code(problem.Status)), .. Protobuf.Text(2, Short(message.ToString()))]);
    }

    /// <summary>The beginning of a long message.</summary>
    public static string Short(string message) => message.Length > LongestMessage ? message[..LongestMessage] : message;

    private static int Code(int status) => status switch
    {
        401 => 16, // UNAUTHENTICATED
        403 => 7, // PERMISSION_DENIED
        404 => 5, // NOT_FOUND
        413 or 429 => 8, // RESOURCE_EXHAUSTED
        503 => 14, // UNAVAILABLE
        >= 500 => 13, // INTERNAL
        _ => 3, // INVALID_ARGUMENT
    };
}
