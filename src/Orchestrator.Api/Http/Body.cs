using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Orchestrator.Api.Http;

/// <summary>What a kind of endpoint takes as a body.</summary>
/// <param name="Limit">Most bytes.</param>
/// <param name="MediaTypes">What it may be; the first is for a body without a content type.</param>
internal sealed record BodyKind(int Limit, params string[] MediaTypes)
{
    public static readonly BodyKind Json = new(64 * 1024, "application/json");
    public static readonly BodyKind Plan = new(256 * 1024, "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain", "application/json");
    public static readonly BodyKind Metrics = new(1024 * 1024, "application/json");

    /// <summary>Read piece by piece by its own reader, which keeps the limit: never whole in memory.</summary>
    public bool Streamed { get; init; }
}

/// <summary>Reads a whole body up to its limit.</summary>
internal static class Body
{
    /// <summary>What curl says when nobody said anything. Taken as unsaid: keys are headers, so a form of a foreign page can do no harm.</summary>
    private const string Unsaid = "application/x-www-form-urlencoded";

    /// <summary>The bytes, or the problem with them. Stops reading at the limit, whatever the length was said to be.</summary>
    public static async Task<(ReadOnlyMemory<byte> Bytes, Answer.Problem? Problem)> Read(HttpRequest request, BodyKind kind, CancellationToken stop)
    {
        if (request.ContentLength > kind.Limit)
        {
            return (default, TooLarge(kind));
        }

        if (OtherType(request, kind) is { } other)
        {
            return (default, other);
        }

        var bytes = new ArrayBufferWriter<byte>((int)(request.ContentLength ?? 1024) + 1);
        while (true)
        {
            var read = await request.Body.ReadAsync(bytes.GetMemory(), stop);
            if (read == 0)
            {
                // A request that is handled once more reads the same.
                request.Body = new MemoryStream(bytes.WrittenMemory.ToArray(), writable: false);
                return (bytes.WrittenMemory, null);
            }

            bytes.Advance(read);
            if (bytes.WrittenCount > kind.Limit)
            {
                return (default, TooLarge(kind));
            }
        }
    }

    /// <summary>The problem of a body that says to be of another type; null when it may be read.</summary>
    public static Answer.Problem? OtherType(HttpRequest request, BodyKind kind) => request.ContentType is { } type && !Takes(kind, type)
        ? new Answer.Problem(415, "body.media_type", $"The body must be {string.Join(" or ", kind.MediaTypes)}, not {type}.")
        : null;

    private static bool Takes(BodyKind kind, string contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && kind.MediaTypes.Append(Unsaid).Any(known => type.MediaType.Equals(known, StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static Answer.Problem TooLarge(BodyKind kind) => new(413, "body.too_large", $"The body may have at most {kind.Limit:N0} bytes.");
}
