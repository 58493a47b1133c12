using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Api.Streams;

/// <summary>How many streams this node carries at once. A stream costs memory for as long as it is open, so the next one is sent elsewhere, or later.</summary>
/// <param name="most">Streams at once.</param>
internal sealed class StreamAdmission(int most)
{
    private const int ShortestWait = 1;
    private const int LongestWait = 10;
    private int _open;

    public int Open => Volatile.Read(ref _open);

    /// <summary>Takes a place, to be given back with <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= most)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _open);

    /// <summary>503 and when to come back. The body is the caller's.</summary>
    public static void Refuse(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = SecondsToWait().ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Whole seconds for <c>Retry-After</c>, not the same for all who are refused together.</summary>
    public static int SecondsToWait() => Random.Shared.Next(ShortestWait, LongestWait + 1);
}
