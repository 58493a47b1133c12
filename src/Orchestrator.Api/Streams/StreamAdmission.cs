using Orchestrator.Api.Requests;

namespace Orchestrator.Api.Streams;

/// <summary>How many streams this node carries at once. A stream costs memory for as long as it is open, so the next one is sent elsewhere, or later.</summary>
/// <param name="most">Streams at once.</param>
internal sealed class StreamAdmission(int most)
{
    private const int ShortestWait = 1;
    private const int LongestWait = 10;
    private int _open;

    /// <summary>Whole seconds for the <c>Retry-After</c> of a 503, not the same for all who are refused together.</summary>
    public static int SecondsToWait() => Random.Shared.Next(ShortestWait, LongestWait + 1);

    /// <summary>Takes a place, to be given back with <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) > most)
        {
            Interlocked.Decrement(ref _open);
            return false;
        }

        Telemetry.Streams.Add(1);
        return true;
    }

    public void Leave()
    {
        Interlocked.Decrement(ref _open);
        Telemetry.Streams.Add(-1);
    }
}
