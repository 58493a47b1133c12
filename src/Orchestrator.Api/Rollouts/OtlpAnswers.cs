using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Grains.Metrics.Otlp;

namespace Orchestrator.Api.Rollouts;

/// <summary>
/// Responses to exporters. By the specification of OTLP/HTTP a response has the encoding of its request: <c>ExportMetricsServiceResponse</c> on success, also in part;
/// <c>google.rpc.Status</c> on failure. JSON problems stay the API's own, which have more than a Status.
/// </summary>
internal static class OtlpAnswers
{
    public const string Protobuf = "application/x-protobuf";

    /// <summary>Longest message: a sentence for a log, not a body of its own.</summary>
    private const int LongestMessage = 4_000;

    /// <summary>True for an export in Protocol Buffers; the response has the same encoding.</summary>
    public static bool IsProtobuf(HttpRequest request) =>
        request.ContentType is { } type && type.AsSpan(0, type.IndexOf(';') is > 0 and var end ? end : type.Length).Trim().Equals(Protobuf, StringComparison.OrdinalIgnoreCase);

    /// <summary>True when a problem with this request is sent as a Status.</summary>
    public static bool TakesStatus(HttpRequest request) =>
        IsProtobuf(request) && request.Path.Value is { } path && path.EndsWith("/v1/metrics", StringComparison.Ordinal);

    public static Answer Receipt(HttpRequest request, IReadOnlyCollection<OtlpReceipt> receipts)
    {
        if (receipts.Select(receipt => receipt.Malformed).FirstOrDefault(reason => reason is not null) is { } malformed)
        {
            return new Answer.Problem(400, "otlp.malformed", $"Nothing was accepted: {malformed}.");
        }

        var rejected = receipts.Sum(receipt => (long)receipt.Rejected);
        var message = string.Join("; ", receipts.SelectMany(receipt => receipt.Errors).Distinct());
        return IsProtobuf(request) ? new Answer.Written(http => Write(http, 200, message.Length == 0 ? [] : Partial(rejected, message)))
            : message.Length == 0 ? new Answer.Ok(new { })
            : new Answer.Ok(new { partialSuccess = new { rejectedDataPoints = rejected.ToString(CultureInfo.InvariantCulture), errorMessage = message } });
    }

    /// <summary>A problem as a Status: <c>code</c> of google.rpc.Code, <c>message</c> with all errors.</summary>
    public static Task Write(HttpContext http, Answer.Problem problem)
    {
        var message = new StringBuilder($"{problem.Code}: {problem.Detail}");
        foreach (var error in problem.Errors.IsDefaultOrEmpty ? [] : problem.Errors)
        {
            message.Append(CultureInfo.InvariantCulture, $" {error.Path}: {error.Message}");
        }

        return Write(http, problem.Status, [.. Number(1, Code(problem.Status)), .. Text(2, message.ToString())]);
    }

    private static async Task Write(HttpContext http, int status, byte[] message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = Protobuf;
        http.Response.ContentLength = message.Length;
        await http.Response.Body.WriteAsync(message, http.RequestAborted);
    }

    /// <summary>The field <c>partial_success</c>: <c>rejected_data_points</c>, <c>error_message</c>.</summary>
    private static byte[] Partial(long rejected, string message) => Bytes(1, [.. Number(1, rejected), .. Text(2, message)]);

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

    private static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text.Length > LongestMessage ? text[..LongestMessage] : text));

    private static byte[] Bytes(int field, byte[] value) => [(byte)((field << 3) | 2), .. Varint((ulong)value.Length), .. value];

    private static byte[] Number(int field, long value) => value == 0 ? [] : [(byte)(field << 3), .. Varint((ulong)value)];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
