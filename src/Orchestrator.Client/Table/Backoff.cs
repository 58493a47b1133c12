namespace Orchestrator.Client.Table;

/// <summary>Exponential backoff with jitter: twice as long after each failure up to a limit, and no two clients at once.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="retryAfter">
    /// <c>Retry-After</c> of the server; null for none. Bounded: a mistake of the server must not keep a service stale for hours.
    /// </param>
    public static TimeSpan After(int failures, TimeSpan? retryAfter = null)
    {
        var pause = First * Math.Pow(2, Math.Min(failures - 1, 10));
        pause = Jittered(pause < Longest ? pause : Longest);
        var longestOfServer = Longest * 3;
        var server = retryAfter is not { } asked ? TimeSpan.Zero : asked < longestOfServer ? asked : longestOfServer;

        // Never before the time that the server named, and clients spread out after it.
        return server > pause ? server * (1 + (Random.Shared.NextDouble() / 4)) : pause;
    }

    /// <summary>Three to five quarters of a pause, at random.</summary>
    public static TimeSpan Jittered(TimeSpan pause) => pause * (0.75 + (Random.Shared.NextDouble() / 2));
}
