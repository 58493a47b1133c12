using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Orchestrator.Api.Http;

/// <summary>
/// Skips the rest of a body that is refused. A connection that is closed while its client still sends is reset, and the client never sees
/// the answer: so the rest is read and dropped, within bounds.
/// </summary>
internal static class UnreadBody
{
    private const long Most = 16 * 1024 * 1024;
    private const int Piece = 16 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Reads at most 16 MiB in at most 5 s. Ends early with the client.</summary>
    public static async Task Skip(HttpContext http)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        stop.CancelAfter(Longest);
        try
        {
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = Most;
            }

            var piece = new byte[Piece];
            for (var read = 0L; read < Most && await http.Request.Body.ReadAsync(piece, stop.Token) is var count and > 0; read += count)
            {
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidDataException)
        {
            // The client went, or sends more than that: the connection ends anyway.
        }
    }
}
