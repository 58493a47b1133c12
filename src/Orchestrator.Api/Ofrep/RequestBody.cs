using Microsoft.AspNetCore.Http;

namespace Orchestrator.Api.Ofrep;

/// <summary>The body of a request, copied out of the pipe once.</summary>
internal static class RequestBody
{
    /// <summary>Largest body.</summary>
    public const int Limit = 64 * 1024;

    /// <summary>Copies it; returns 200, or the status of the refusal.</summary>
    public static async ValueTask<int> Read(HttpRequest request, Output into)
    {
        into.Length = 0;
        if (request.ContentLength > Limit)
        {
            return StatusCodes.Status413PayloadTooLarge;
        }

        var pipe = request.BodyReader;
        try
        {
            while (true)
            {
                var read = await pipe.ReadAsync();
                if (into.Length + read.Buffer.Length > Limit)
                {
                    pipe.AdvanceTo(read.Buffer.End);
                    return StatusCodes.Status413PayloadTooLarge;
                }

                foreach (var piece in read.Buffer)
                {
                    into.Write(piece.Span);
                }

                pipe.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return StatusCodes.Status200OK;
                }
            }
        }
        catch (BadHttpRequestException broken)
        {
            // Bad chunks, a body shorter than declared, one too slow or too large for the server's own limits.
            return broken.StatusCode;
        }
        catch (IOException broken) when (broken.InnerException is OverflowException)
        {
            // Kestrel's message for a chunk size that overflows.
            return StatusCodes.Status400BadRequest;
        }
    }
}
