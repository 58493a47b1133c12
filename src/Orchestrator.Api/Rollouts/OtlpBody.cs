using System.IO.Compression;
using Microsoft.Net.Http.Headers;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;

namespace Orchestrator.Api.Rollouts;

/// <summary>The body of an export, plain or gzip.</summary>
internal static class OtlpBody
{
    /// <summary>The export, or the problem with it. The limit is for the decompressed size.</summary>
    public static async Task<(byte[] Body, Answer.Problem? Problem)> Read(Ask ask, BodyKind kind)
    {
        var request = ask.Http.Request;
        switch (request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant())
        {
            case "" or "identity":
                break;
            case "gzip":
                request.Body = new GZipStream(request.Body, CompressionMode.Decompress);

                // A request that is handled again must find the decompressed body.
                request.Headers.Remove(HeaderNames.ContentEncoding);
                break;
            case var other:
                return ([], new Answer.Problem(415, "body.content_encoding", $"Content encoding {other} is not supported; use gzip."));
        }

        try
        {
            var (bytes, problem) = await ask.Body(kind);
            return (bytes.ToArray(), problem);
        }
        catch (InvalidDataException)
        {
            return ([], new Answer.Problem(400, "otlp.malformed", "The body is not gzip."));
        }
    }
}
