using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Orchestrator.Api.Http;

/// <summary>Reads a whole body up to its limit.</summary>
internal static class BodyReader
{
    /// <summary>
    /// Content type that curl sends by itself. Taken as none: keys are headers, so a form of a foreign page can do no harm.
    /// </summary>
    private const string CurlDefault = "application/x-www-form-urlencoded";

    /// <summary>The bytes, or the problem with them. Stops reading at the limit, whatever length was announced.</summary>
    public static async Task<(ReadOnlyMemory<byte> Bytes, ApiResult.Problem? Problem)> Read(
        HttpRequest request, BodyKind kind, CancellationToken stop)
    {
        if (kind.GzipFault is not { } fault)
        {
            return await Read(request, request.Body, kind, stop);
        }

        switch (request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant())
        {
            case "" or "identity":
                return await Read(request, request.Body, kind, stop);
            case "gzip":
                try
                {
                    await using var plain = new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true);
                    return await Read(request, plain, kind, stop);
                }
                catch (InvalidDataException)
                {
                    return (default, new ApiResult.Problem(400, fault, "The body is not gzip."));
                }

            case var other:
                var sentence = $"Content encoding {other} is not supported; use gzip.";
                return (default, new ApiResult.Problem(415, "body.content_encoding", sentence));
        }
    }

    /// <summary>The problem of a body of another content type; null when it may be read.</summary>
    public static ApiResult.Problem? OtherType(HttpRequest request, BodyKind kind) => request.ContentType is { } type && !Takes(kind, type)
        ? new ApiResult.Problem(415, "body.media_type", $"The body must be {string.Join(" or ", kind.MediaTypes)}, not {type}.")
        : null;

    private static async Task<(ReadOnlyMemory<byte> Bytes, ApiResult.Problem? Problem)> Read(
        HttpRequest request, Stream body, BodyKind kind, CancellationToken stop)
    {
        if (request.ContentLength > kind.Limit)
        {
            return (default, TooLarge(kind));
        }

        if (OtherType(request, kind) is { } other)
        {
            return (default, other);
        }

        if (ReferenceEquals(body, request.Body) && request.ContentLength is { } length)
        {
            // Exactly as long as announced, so that it goes to a grain without a copy. Kestrel reads no byte beyond.
            var whole = new byte[length];
            return (whole.AsMemory(0, await body.ReadAtLeastAsync(whole, whole.Length, throwOnEndOfStream: false, stop)), null);
        }

        var bytes = new ArrayBufferWriter<byte>(1024);
        while (await body.ReadAsync(bytes.GetMemory(), stop) is var read and > 0)
        {
            bytes.Advance(read);
            if (bytes.WrittenCount > kind.Limit)
            {
                return (default, TooLarge(kind));
            }
        }

        return (bytes.WrittenMemory, null);
    }

    private static bool Takes(BodyKind kind, string contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && kind.MediaTypes.Append(CurlDefault).Any(known => type.MediaType.Equals(known, StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static ApiResult.Problem TooLarge(BodyKind kind) =>
        new(413, "body.too_large", $"The body may have at most {kind.Limit:N0} bytes.");
}
