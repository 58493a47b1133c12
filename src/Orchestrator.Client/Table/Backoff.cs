namespace Orchestrator.Client.Table;

/// <summary>How long to wait after failures: twice as long each time up to a limit, and no two clients at once.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="asked">What the server asked for; null for nothing. Bounded: a mistake must not keep a service stale for hours.</param>
    public static TimeSpan After(int failures, TimeSpan? asked = null)
    {
        var pause = First * Math.Pow(2, Math.Min(failures - 1, 10));
        pause = Jittered(pause < Longest ? pause : Longest);
        var server = asked is not { } told ? TimeSpan.Zero : told < Longest * 3 ? told : Longest * 3;

        // Never before the server said, and not all at once then.
        return server > pause ? server * (1 + (Random.Shared.NextDouble() / 4)) : pause;
    }

    /// <summary>Three to five quarters of it, at random.</summary>
    public static TimeSpan Jittered(TimeSpan pause) => pause * (0.75 + (Random.Shared.NextDouble() / 2));
}
