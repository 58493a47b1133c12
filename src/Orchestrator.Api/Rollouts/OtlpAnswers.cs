using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Grains.Metrics.Otlp;

namespace Orchestrator.Api.Rollouts;

/// <summary>
/// Answers to exports that were taken, also in part: <c>ExportMetricsServiceResponse</c>, in the encoding of the request.
/// </summary>
internal static class OtlpAnswers
{
    public static ApiResult Receipt(HttpRequest request, IReadOnlyCollection<OtlpReceipt> receipts)
    {
        if (receipts.Select(receipt => receipt.Malformed).FirstOrDefault(reason => reason is not null) is { } malformed)
        {
            return new ApiResult.Problem(400, "otlp.malformed", $"Nothing was accepted: {malformed}.");
        }

        var rejected = receipts.Sum(receipt => (long)receipt.Rejected);
        var message = string.Join("; ", receipts.SelectMany(receipt => receipt.Errors).Distinct());
        if (Protobuf.Is(request))
        {
            return new ApiResult.Written(http => Protobuf.Write(http, 200, message.Length == 0 ? [] : Partial(rejected, message)));
        }

        return message.Length == 0
            ? new ApiResult.Ok(new { })
            : new ApiResult.Ok(new
            {
                partialSuccess = new { rejectedDataPoints = rejected.ToString(CultureInfo.InvariantCulture), errorMessage = message },
            });
    }

    /// <summary>The field <c>partial_success</c>: <c>rejected_data_points</c>, <c>error_message</c>.</summary>
    private static byte[] Partial(long rejected, string message) =>
        Protobuf.Bytes(1, [.. Protobuf.Number(1, rejected), .. Protobuf.Text(2, OtlpStatus.Short(message))]);
}
